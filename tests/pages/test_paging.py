"""Long lists stand on the screen a page at a time, and every entry can be reached."""

from __future__ import annotations

from zlib import crc32

import pytest
from streamlit.testing.v1 import AppTest


def listed(count: int, month: str) -> None:
    """A page with a list of so many entries, in the view of a month."""
    from kpi.words import word
    from pages.parts import html, paging

    class View:
        def __repr__(self) -> str:
            return month

        def word(self, key: str, **values: object) -> str:
            return word(f"pages.{key}", "zh", **values)

    paging.show(View(), "entries", count, lambda at: html.join(*(html.tag("i", i) for i in range(at, min(at + paging.SIZE, count)))))


def pager(month: str) -> str:
    return f"pager_entries_{crc32(month.encode()):x}"


def seen(count: int, page: int | None = None, month: str = "2024-05", turned: str = "2024-05") -> tuple[list[int], str]:
    """Return the entries and the words of a page of the list, after turning to it in the view of a month."""
    app = AppTest.from_function(listed, args=(count, month))
    if page is not None:
        app.session_state[pager(turned)] = page
    app.run()
    assert not app.exception
    body = "".join(element.proto.body for element in app.get("html"))
    return [int(part.split("</i>")[0]) for part in body.split("<i>")[1:]], body


@pytest.mark.parametrize(("page", "entries", "words"), [(1, range(20), "第1—20条，共45条"), (2, range(20, 40), "第21—40条，共45条"), (3, range(40, 45), "第41—45条，共45条")])
def test_every_entry_is_on_one_page(page, entries, words):
    found, said = seen(45, page)
    assert found == list(entries) and words in said


def test_a_short_list_has_no_pages():
    found, said = seen(20)
    assert found == list(range(20)) and "共20条" not in said


def test_another_view_begins_with_its_first_page():
    assert seen(45, 3, month="2024-06", turned="2024-05")[0] == list(range(20))
