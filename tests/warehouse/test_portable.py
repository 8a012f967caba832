"""The SQL of facts stays in the portable subset, says its grain, and never asks a clock."""

from __future__ import annotations

import re

import pytest
import sqlglot
from sqlglot import exp

from kpi.warehouse.build import SQL

SCRIPTS = sorted(SQL.glob("*.sql"))

PORTABLE = frozenset(
    "IF CASE COALESCE AND OR CAST GREATEST LEAST MAX MIN SUM COUNT ARG_MAX ARG_MIN TIME_TO_UNIX TIME_TO_STR TIMESTAMP_TRUNC STR_POSITION REPLACE EXTRACT SUBSTRING LEAD LAG"
    " ROW_NUMBER NULLIF ABS ROUND".split()
)
"""Functions that ran with equal results on every engine tried; anything else is added only after a try."""


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda p: p.name)
def test_only_portable_functions(script):
    for statement in sqlglot.parse(script.read_text(encoding="utf-8"), read="duckdb"):
        used = {f.name if isinstance(f, exp.Anonymous) else f.sql_name() for f in statement.find_all(exp.Func)}
        assert used <= PORTABLE, used - PORTABLE
        statement.sql(dialect="spark")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda p: p.name)
def test_every_table_says_its_grain(script):
    text = script.read_text(encoding="utf-8")
    for match in re.finditer(r"^create (?:temp )?(?:table|view) (\w+) as", text, re.MULTILINE):
        before = text[: match.start()].rstrip().splitlines()
        comment = []
        while before and before[-1].startswith("--"):
            comment.insert(0, before.pop())
        assert comment and comment[0].startswith("-- One row per"), match[1]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda p: p.name)
def test_no_clock_and_no_zone(script):
    text = script.read_text(encoding="utf-8").lower()
    for banned in ("timestamptz", "now()", "current_date", "current_timestamp", "date_diff", "group by all", "order by all", "approx_quantile"):
        assert banned not in text, banned
