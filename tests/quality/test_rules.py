"""Every rule's worked example, run through the real path; its words; and the rules of the declarations themselves."""

from __future__ import annotations

import random
import re
from datetime import datetime, timedelta
from functools import cache

import pytest
import sqlglot
from sqlglot import exp

from kpi import quality
from kpi.exports.tables import BY_NAME
from kpi.quality.check import statement
from kpi.quality.model import Example, Rule
from kpi.quality.registry import RULES
from kpi.words import Text, keys, word
from tests.quality.ledgers import FILE, made
from tests.warehouse.test_portable import PORTABLE

ids = pytest.mark.parametrize("rule", RULES, ids=lambda r: f"{r.code}-{r.table}")

EXTRA = {
    "STRUCT", "TO_JSON", "CONCAT", "LENGTH", "LOWER", "UPPER", "TRIM", "TRANSLATE", "PAD", "RTRIM", "MEDIAN", "TRY_CAST", "REGEXP_EXTRACT", "REGEXP_LIKE",
    "HASH",
}
"""Functions beyond the portable list: text, one median, three patterns that no plainer function can tell, and a hash of which nothing but the number of rows looked at depends."""


@cache
def found(at: int) -> list[dict]:
    """What a rule finds in its example."""
    rule = RULES[at]
    with made(rule.example.rows, rule.example.as_of, [rule]) as engine:
        return quality.findings(engine, limit=None)


NOTED = {"told_differently": "conflict", "corrected_differently": "overruled", "corrected_repeated": "overruled", "vanished": "vanished"}
"""Rules that read what the loader noted, and where."""


@ids
def test_example(rule):
    """The rule finds what its example says, each at its row, and stays silent about every other row."""
    assert rule.example.expect, "an example without an expectation proves nothing"
    told = found(RULES.index(rule))
    assert sorted(row["key"] for row in told) == sorted(entry["key"] for entry in rule.example.expect), told
    for entry in rule.example.expect:
        row = next(r for r in told if r["key"] == entry["key"] and r["field"] == entry.get("field", r["field"]))
        seen = row | row["args"]
        for name, value in entry.items():
            assert seen[name] == (pytest.approx(value) if isinstance(value, float) else value), (name, seen)
        assert row["severity"] == rule.severity and row["file"] and row["row"]
        assert row["file"] == FILE or rule.code in NOTED


@ids
def test_example_holds_a_row_that_stays_silent(rule):
    """No rule without a counter-example: some row of its table is like the others and yet right."""
    rows = rule.example.rows.get(NOTED.get(rule.code, rule.table), ())
    assert len(rows) > len({entry["key"] for entry in rule.example.expect})


@ids
def test_words(rule):
    """Reason and remedy are whole sentences in both languages, without a value left open, and no English in the Chinese."""
    for lang in ("zh", "en"):
        for row in found(RULES.index(rule)):
            for text in quality.explain(row, lang):
                assert text and "{" not in text and "None" not in text and "|" not in text, text
                assert not re.search(r"\d{4}-\d{2}-\d{2}T", text), text
    assert rule.label.zh != rule.label.en and not re.search(r"[一-鿿]", rule.label.en)


@ids
def test_only_functions_that_other_engines_know(rule):
    used = {f.name if isinstance(f, exp.Anonymous) else f.sql_name() for f in sqlglot.parse_one(statement(rule, rule.asked()), read="duckdb").find_all(exp.Func)}
    assert {name.upper() for name in used} <= PORTABLE | EXTRA, {name.upper() for name in used} - PORTABLE - EXTRA


def test_a_rule_is_named_once_for_each_table():
    assert len({(rule.code, rule.table) for rule in RULES}) == len(RULES)
    assert all(rule.table in BY_NAME for rule in RULES)
    for code in {rule.code for rule in RULES}:
        told = [rule for rule in RULES if rule.code == code]
        assert len({rule.severity for rule in told}) == 1 and len({rule.label for rule in told}) == 1 and len({rule.args for rule in told}) == 1, code


def test_only_the_reader_rejects():
    assert {rule.severity for rule in RULES} == {"warning", "info"}
    with pytest.raises(ValueError):
        Rule(code="x", severity="error", table="application", label=Text("甲", "x"), select="", example=Example(rows={}, expect=[]))


def test_every_word_belongs_to_a_rule():
    heads = {"cell", "kind", "measure", "measure_note", "severity", "precision", "checks"}
    codes = {key.split(".")[1] for key in keys("zh") if key.startswith("quality.")} - heads
    assert codes == {rule.code for rule in RULES}


def test_every_asked_for_kind_of_trouble_has_a_rule():
    """The list of the issue, so that none is dropped unnoticed."""
    asked = {
        "dates_out_of_order", "gas_on_before_ready", "connected_without_date", "status_behind", "cancelled_without_date", "duplicate_application", "duplicate_uscc", "duplicate_receipt",
        "duplicate_call", "told_differently", "unknown_grid", "unknown_manager", "term_gap", "term_overlap", "no_holder", "fee_item_unknown", "unit_suspect", "duration_understated",
        "copied_down", "gas_on_same_minute", "ratings_same_minute", "rating_without_contact", "number_gap", "personal_data", "unknown_application", "unknown_project", "unknown_work",
        "stop_reversed", "stop_overlaps", "closed_without_feedback", "followup_before_gas_on", "charge_before_application", "date_in_future", "uscc_wrong", "shared_phone",
        "contract_amount_missing", "vanished",
    }
    assert asked <= {rule.code for rule in RULES}


def test_a_grid_written_with_a_digit_is_that_of_the_same_number():
    rule = next(rule for rule in RULES if (rule.code, rule.table) == ("unknown_grid", "application"))
    terms = [{"grid_code": f"G0{n}", "grid_name": f"{name}号网格", "manager_id": f"M0{n}", "valid_from": "2023-01-01"} for n, name in ((3, "三"), (4, "四"))]
    with made({"term": terms, "application": [{"app_id": "A1", "applied_at": "2024-05-06", "grid_code": "3号网格"}]}, "2024-06-01", [rule]) as engine:
        assert [row["args"]["near"] for row in quality.findings(engine)] == ["三号网格"]


def test_nothing_is_found_in_nothing():
    with made({}, "2024-06-01") as engine:
        assert quality.findings(engine) == [] and quality.summary(engine) == [] and quality.overview(engine) == [] and quality.months(engine) == []


def test_personal_data_never_reaches_the_build():
    rule = next(rule for rule in RULES if rule.code == "personal_data" and rule.table == "application")
    with made(rule.example.rows, rule.example.as_of, [rule]) as engine:
        text = str(engine.rows("select * from finding"))
    assert "phone" in text and not re.search(r"\d{7}", text), text


def test_a_name_in_a_key_is_hidden():
    rows = {"application": [{"_key": "~示例甲食品有限公司|示例路1号", "customer_name": "示例甲食品有限公司", "address": "示例路1号", "applied_at": "2024-05-08", "accepted_at": "2024-05-06"}]}
    with made(rows, "2024-06-01") as engine:
        row = quality.findings(engine)[0]
    assert row["key"] == "示例***|示例***"
    assert word("quality.dates_out_of_order.remedy") == row["remedy"]


def test_all_rules_together_find_what_they_find_alone():
    """An example may break other rules too; its own finding is the same beside all others."""
    for at, rule in enumerate(RULES):
        alone = found(at)
        if rule.code in ("number_gap", "term_gap", "stop_overlaps", "unit_suspect", "told_differently"):
            with made(rule.example.rows, rule.example.as_of) as engine:
                assert quality.findings(engine, code=rule.code, table=rule.table, limit=None) == alone


NASTY = ("", "'", '"', "{", "}", "{0}", "{value}", "%", "|", "~", "2024-05-06T10:00|moment", "applied_at", "\\", "--", "；；", "示例" * 60, "🔥", "0", "-1", "9" * 15, "20249999999", "A-", "\u3000", "=1+1",
         "张某13800000001", "138 0000 0001", "半", "天", "1.2.3天", "0.5", "N/A", "<b>", "x" * 300)


def test_nothing_that_offices_write_breaks_a_rule():
    """Whatever stands in the cells, every rule runs, every finding is told in both languages, and no telephone number is shown."""
    chance = random.Random(15)
    rows: dict[str, list[dict[str, str]]] = {}
    for table in BY_NAME.values():
        rows[table.name] = []
        for number in range(40):
            row = {"_key": f"K{number}"}
            for f in table.fields:
                if chance.random() < 0.35:
                    continue
                if f.kind == "time":
                    at = datetime(2000, 1, 1) + timedelta(minutes=chance.randrange(100 * 365 * 1440))
                    row[f.name] = chance.choice((f"{at:%Y-%m-%d %H:%M}", f"{at:%Y-%m-%d}", "2024-05-06 15:30", "2024年5月", "2024-05-06上午"))
                elif f.kind in ("text", "free", "id", "name"):
                    row["_raw:" + f.name] = chance.choice(NASTY)
                elif f.kind == "yuan":
                    row[f.name] = chance.choice(("0", "1", "99999999", "0.01", "12.5万"))
            rows[table.name].append(row)
    with made(rows, "2024-06-01") as engine:
        told = {lang: quality.findings(engine, limit=None, lang=lang) for lang in ("zh", "en")}
        assert len(told["zh"]) == len(told["en"]) > 500 and len({row["code"] for row in told["zh"]}) > 20
        for row in (*told["zh"], *told["en"]):
            shown = f"{row['reason']} {row['remedy']} {row['value']}"
            assert row["reason"] and "13800000001" not in shown.replace(" ", ""), row
        for measure in ("completeness", "precision", "findings", "conflicts", "rejects", "warnings"):
            quality.trend(engine, measure)
            quality.rows_behind(engine, measure, table="application")
