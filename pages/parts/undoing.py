"""Taking batches back: a question that names what will happen, a reason, and only then the work."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from kpi.words import word
from pages.parts import html
from pages.parts.html import tag


def said(lang: str, key: str, **values: object) -> str:
    """Return words of taking back."""
    return word(f"pages.undo.{key}", lang, **values)


def button(lang: str, ids: Sequence[int], counts: Mapping[str, int], files: Sequence[str], begin: Callable[[str], None]) -> None:
    """Show the button that asks before it withdraws; `begin` starts the work with the reason given."""
    name = "_".join(map(str, ids))
    if st.button(said(lang, "button"), key=f"undo_{name}", type="secondary"):
        ask(lang, ids, counts, files, begin)


def ask(lang: str, ids: Sequence[int], counts: Mapping[str, int], files: Sequence[str], begin: Callable[[str], None]) -> None:
    """Open the question."""

    @st.dialog(said(lang, "title"))
    def question() -> None:
        comma = "、" if lang == "zh" else ", "
        more = said(lang, "and_more", n=len(files) - 3) if len(files) > 3 else ""
        html.show(
            tag("p", said(lang, "what", batches=comma.join(map(str, ids)), files=comma.join(files[:3]) + more)),
            tag("p", said(lang, "effect", added=f"{counts.get('added') or 0:,}", updated=f"{counts.get('updated') or 0:,}")),
            tag("p", said(lang, "kept"), cls="aside"),
        )
        st.text_input(said(lang, "reason"), key="undo_reason", placeholder=said(lang, "reason_hint"), autocomplete="off", max_chars=200)
        with st.container(horizontal=True, key="undo_buttons"):
            if st.button(said(lang, "yes"), type="primary", key="undo_yes", on_click=lambda: begin(st.session_state["undo_reason"].strip())):
                st.rerun()
            if st.button(said(lang, "no"), key="undo_no"):
                st.rerun()

    question()
