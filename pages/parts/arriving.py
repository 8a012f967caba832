"""Figures are drawn when they come near the screen, the others one by one while the browser is idle: drawing one takes it longer than all words and tables of a page."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from pages.parts import html
from pages.parts.html import tag

_PAGE, _DRAWN = "arriving_page", "arriving_drawn"

_JS = """
export default function ({ parentElement, setTriggerValue }) {
  const place = parentElement.closest('[class*="st-key-fig"]')?.querySelector('.later'), born = performance.now();
  let near = false, asked = -Infinity;
  const eye = new IntersectionObserver(seen => { near ||= seen.some(one => one.isIntersecting); }, { rootMargin: '200px', scrollMargin: '200px' });
  if (place) eye.observe(place);
  const turn = setInterval(() => {
    const now = performance.now(), first = document.querySelector('.later') === place && now - born > 400;
    // one figure is asked for at a time: Streamlit takes up one of several that are asked for at once
    if (!(near || first) || now - asked < 4000 || now - (window.kpiAsked ?? -Infinity) < 150) return;
    asked = window.kpiAsked = now;
    setTriggerValue('near', true);
  }, 50);
  return () => { eye.disconnect(); clearInterval(turn); };
}
"""
_place = st.components.v2.component("figure_place", js=_JS, isolate_styles=False)


def begin(page: str) -> None:
    """Begin a run of a page; on another page than before no figure is drawn yet."""
    if st.session_state.get(_PAGE) != page:
        st.session_state[_PAGE], st.session_state[_DRAWN] = page, set()


@st.fragment
def show(key: str, height: int, draw: Callable[[], None]) -> None:
    """Draw a figure once it is its turn, its room held free until then; who comes without a browser gets every figure at once."""
    drawn = st.session_state.get(_DRAWN)
    if drawn is None or key in drawn or not st.context.headers:
        draw()
        return
    html.show(tag("div", cls="later", style=f"height:{height}px", aria_hidden="true"))
    _place(key=f"place_{key}", on_near_change=lambda: drawn.add(key))
