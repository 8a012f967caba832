"""Whole columns read at once give what single cells give, whatever mixture stands in them."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.exports import bulk
from kpi.exports.encoded import encode
from kpi.exports.fields import Field
from kpi.exports.parsers import parser
from kpi.exports.spans import Context
from kpi.exports.typed import Reader
from tests.exports.test_properties import PIECES

KINDS = ("id", "text", "name", "free", "phone", "time", "count", "yesno", "number", "yuan")

FIGURES = st.from_regex(r"\A(1[89]|20|21)[0-9]{2}[-/.][0-9]{1,2}[-/.][0-9]{1,2}([ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2})?)?\Z")
WORDS = st.one_of(
    st.text(max_size=12),
    st.lists(st.sampled_from([*PIECES, "甲公司", "BZ", "0012", "(", ")", "（", "Ｇ０３", "\u00a0", "\u3000", "'", "NULL", "nan", "None", "#N/A", "Err:502", "-", "一", "\u1680x", "\u2028"]), max_size=4).map("".join),
    FIGURES,
    st.integers(0, 10**12).map(str),
)
MIXED = st.one_of(
    WORDS, st.floats(allow_nan=False), st.integers(-5, 60000), st.booleans(), st.none(), st.dates(date(1899, 1, 1), date(2200, 1, 1)), st.datetimes(datetime(1899, 12, 30), datetime(2200, 1, 1)),
    st.times(),
)


def check(kind, cells):
    field = Field(name="x", kind=kind, headers=("x",))
    parse = parser(field, context=Context(2023, 5))
    read = Reader(field, parse).read(encode(cells))
    for row, cell in enumerate(cells):
        cell = ("TRUE" if cell else "FALSE") if isinstance(cell, bool) else cell
        expected = parse(cell)
        found = read.outcome(row)
        assert (found, type(found)) == (expected, type(expected)), (cell, found, expected)
    assert [array.type for array in read.staged()] == [array.type for array in read.arrays]
    assert read.known().tolist() == [read.value(row) is not None for row in range(len(cells))]


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60, deadline=None)
@given(cells=st.lists(WORDS, min_size=1, max_size=12))
def test_text(kind, cells):
    check(kind, cells)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60, deadline=None)
@given(cells=st.lists(MIXED, min_size=1, max_size=12))
def test_mixtures(kind, cells):
    check(kind, cells)


def test_every_shape_of_figures():
    at = datetime(2023, 3, 5, 9, 7, 8)
    shapes = [f"{at.year}{s}{m}{s}{d}{t}" for s in "-/." for m in ("03", "3") for d in ("05", "5") for t in ("", " 09:07", " 9:07", "T09:07", " 09:07:08", " 9:07:08")]
    wrong = ["2023-02-29", "2023-13-01", "2023-00-10", "2023-04-31", "2023-03-05 24:00", "2023-03-05 25:00", "2023-03-05 09:60", "1999-12-31", "2101-01-01", "2024-02-29", "2023-3-5 ", "2023-03_05"]
    check("time", shapes + wrong)


def test_a_repeated_odd_cell_is_parsed_once():
    seen = []
    reader = Reader(Field(name="x", kind="count", headers=("x",)), lambda cell: seen.append(cell) or 1)
    for _ in range(3):
        reader.read(encode(["3份", "3份", "4份"]))
    assert sorted(seen) == ["3份", "4份"]


@settings(max_examples=60, deadline=None)
@given(cells=st.lists(st.one_of(WORDS, st.sampled_from(["合计", "x计", "計", "𠮷合", "é", "例"])), min_size=1, max_size=12), skipped=st.integers(0, 3))
def test_how_texts_begin_and_what_they_hold(cells, skipped):
    signs = np.zeros(1 << 16, bool)
    signs[[ord(sign) for sign in "合例B \u3000"]] = True
    some = pa.array(cells, pa.string())[skipped:]
    for cell, begins, holds in zip(cells[skipped:], bulk.beginning(some, signs), bulk.holding(some, "计均汇数"), strict=True):
        assert holds == any(sign in cell for sign in "计均汇数")
        sure = not cell or cell[0] in "合例B \u3000"
        closely = len(cell[:1].encode()) in (1, 3)
        assert begins == sure if closely else begins


def test_numbers_with_zeros_at_their_ends():
    check("id", ["000", "0", "A-", "-", "100000", "1000000000", "0001", "A0", "Z1Z0Z0Z0Z0Z", "", "12 ", "１２"])
    check("phone", ["13800000000", "23800000000", "1380000000a", "138000000001", "1380000000", "", "1380000000 "])
