"""Long lists, a page at a time: a browser lays out some dozens of rows at once, not thousands, and every row can still be reached."""

from __future__ import annotations

from collections.abc import Callable
from zlib import crc32

import streamlit as st

from pages.parts import html
from pages.parts.filters import View
from pages.parts.html import Html, tag

SIZE = 20
"""Entries of a page."""


def opened(count: int, most: int) -> int:
    """Return how many entries of a list stand open: `most`, the others unfolding, unless it has several pages."""
    return most if count <= SIZE else SIZE


@st.fragment
def show(view: View, key: str, count: int, page: Callable[[int], Html]) -> None:
    """Show a list of `count` entries; `page` returns the part of it that begins with the entry of a place, from 0. Turning a page draws the list anew, and nothing else."""
    pages = max(1, -(-count // SIZE))
    # another view is another list, and begins with its first page
    name = f"pager_{key}_{crc32(repr(view).encode()):x}"
    first = SIZE * (min(st.session_state.get(name) or 1, pages) - 1)
    html.show(page(first))
    if pages > 1:
        with st.container(key=f"paging_{key}", horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
            html.show(tag("span", view.word("paging.shown", first=first + 1, last=min(first + SIZE, count), n=f"{count:,}"), cls="aside"))
            st.pagination(pages, key=name)
