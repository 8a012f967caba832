"""Figures further down a page are drawn once its first screen stands: drawing one takes a browser longer than everything else on the page."""

from __future__ import annotations

import streamlit as st

from pages.parts import html
from pages.parts.html import tag

FIRST, NONE = 2, ("overview", "valve_time", "zero_errand", "satisfaction", "grids")
"""Figures that are drawn at once, for no more of them fit on the first screen; and pages whose first screen has none."""

_PAGE, _STANDS, _SEEN = "arriving_page", "arriving_stands", "arriving_seen"

_JS = """
export default function ({ setTriggerValue }) {
  const say = () => setTriggerValue('stands', true);
  if (!window.requestIdleCallback) { const wait = setTimeout(say, 150); return () => clearTimeout(wait); }
  const wait = requestIdleCallback(say, { timeout: 1500 });
  return () => cancelIdleCallback(wait);
}
"""
_told = st.components.v2.component("first_screen", js=_JS, isolate_styles=False)


def begin(page: str) -> None:
    """Begin a run of a page; on another page than before nothing stands yet."""
    if st.session_state.get(_PAGE) != page:
        st.session_state[_PAGE], st.session_state[_STANDS] = page, False
    st.session_state[_SEEN] = 0


def waits(height: int) -> bool:
    """Return whether the next figure waits, its room held free; who comes without a browser gets every figure at once."""
    st.session_state[_SEEN] = seen = st.session_state.get(_SEEN, 0) + 1
    if seen <= _first() or st.session_state.get(_STANDS, True) or not st.context.headers:
        return False
    html.show(tag("div", cls="later", style=f"height:{height}px", aria_hidden="true"))
    return True


def end() -> None:
    """End a run: where figures wait, the browser says when it has drawn the first screen, and the page runs again with all of them."""
    if st.session_state[_SEEN] > _first() and not st.session_state[_STANDS] and st.context.headers:
        _told(key="first_screen", on_stands_change=_stands)


def _stands() -> None:
    st.session_state[_STANDS] = True


def _first() -> int:
    return 0 if st.session_state.get(_PAGE) in NONE else FIRST
