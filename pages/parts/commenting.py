"""What the planning department says of a month (按语): read below the verdict, written where the month is issued."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from kpi.problems import Problem
from kpi.store import comments
from kpi.words import masking
from pages.parts import cards, html, issued
from pages.parts.batches import moment
from pages.parts.filters import View
from pages.parts.html import Html, tag

_WORDS, _SAID = "comment_words", "comment_said"


def line(view: View) -> Html | str:
    """Return the comment that holds, with who said it and when; "" where there is none."""
    found = comments.standing(view.month, Path(view.source.home))
    if found is None:
        return ""
    return tag("div", tag("b", view.word("comment.title")), " ", masking.scrub(found.words), " ", tag("small", view.word("comment.by", by=found.set_by, at=issued.day(found.set_at, view.lang))), cls="comment")


def edit(view: View) -> None:
    """Show the comment of the month with its field, and what was said before."""
    home = Path(view.source.home)
    made = comments.comments(view.month, home)
    cards.heading(view.word("comment.title"))
    cards.note(view.word("comment.lead", n=comments.LONGEST))
    key = f"{_WORDS}_{view.month}"
    st.text_area(view.word("comment.title"), value=made[-1].words if made else "", key=key, max_chars=comments.LONGEST, height=68, label_visibility="collapsed")
    st.button(view.word("comment.keep"), key="comment_keep", on_click=lambda: _keep(view, st.session_state[key], home))
    trouble, told = st.session_state.pop(_SAID, ("", ""))
    if trouble or told:
        html.show(tag("div", trouble or told, cls="trouble" if trouble else "told", role="alert" if trouble else "status"))
    if len(made) > 1:
        rows = [[moment(one.set_at), one.set_by, tag("td", masking.scrub(one.words) or view.word("comment.none"), cls="wrap")] for one in reversed(made[:-1])]
        html.show(html.fold(view.word("comment.before", n=len(rows)), html.table([view.word("close.head.at"), view.word("close.head.by"), view.word("comment.title")], rows, left=3)))


def _keep(view: View, words: str, home: Path) -> None:
    try:
        comments.say(view.month, words, home)
        st.session_state[_SAID] = ("", view.word("comment.kept"))
    except Problem as problem:
        st.session_state[_SAID] = (problem.of(view.lang), "")
