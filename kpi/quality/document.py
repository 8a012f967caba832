"""The document of the rules: what is checked, how severe it is, and what to do, straight from the declarations."""

from __future__ import annotations

import re

from kpi.exports.tables import BY_NAME
from kpi.quality.findings import explain
from kpi.quality.model import SEVERITIES, Rule
from kpi.quality.registry import RULES
from kpi.words import keys, word

LANGUAGES = ("zh", "en")

READER = {
    "warning": frozenset("narrow_key two_columns_differ id_is_date unrecognised columns_cut not_all_listed".split()),
    "info": frozenset(
        "fallback_key duplicate_column stand_in hidden_sheet fill_offered template_old template_empty note_ignored read_as_month_day date_borrowed unsure paid_by_government"
        " value_changed blank_kept column_kept".split()
    ),
    "skipped": frozenset("blank_marks number_only column_numbers units repeated_header other_header total example section footer resident test".split()),
}
"""Codes of the reader that reject nothing; every other one is an error."""


def severity(code: str) -> str:
    """Return how severe a code of the reader is."""
    return next((name for name, codes in READER.items() if code in codes), "error")


def reader_codes() -> list[str]:
    """Return every code of the reader, the most severe first."""
    codes = {key.split(".")[1] for key in keys("zh") if key.startswith("exports.") and key.endswith(".reason")}
    order = (*SEVERITIES, "skipped")
    return sorted(codes, key=lambda code: (order.index(severity(code)), code))


def _open(text: str) -> str:
    """Return words with their values left open."""
    return re.sub(r"{\w+}", "…", text)


def _shown(rule: Rule) -> list[str]:
    """Return (what, remedy) of the first finding of the worked example, in both languages."""
    told = rule.example.expect[0]
    row = {"code": rule.code, "table": rule.table, "field": told.get("field"), "value": told.get("value"), "args": {name: told[name] for name in rule.args}}
    words = [explain(row, lang) for lang in LANGUAGES]
    return ["<br>".join(text[part] for text in words) for part in (0, 1)]


def _both(key: str) -> str:
    return "<br>".join(_open(word(key, lang)) for lang in LANGUAGES)


def _line(cells: list[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") or " " for cell in cells) + " |"


def _table(headers: list[str], rows: list[list[str]]) -> list[str]:
    return [_line(headers), _line(["---"] * len(headers)), *(_line(row) for row in rows), ""]


def _heads(*names: str) -> list[str]:
    return [" / ".join(word(f"quality.checks.{name}", lang) for lang in LANGUAGES) for name in names]


def _severity(name: str) -> str:
    return " / ".join(word(f"quality.severity.{name}", lang) for lang in LANGUAGES)


def markdown() -> str:
    """Return the document in both languages, as docs/checks.md holds it."""
    lines = ["# " + _heads("title")[0], ""]
    for lang in LANGUAGES:
        lines += [word("quality.checks.made", lang), "", word("quality.checks.severities", lang), ""]
    lines += ["## " + _heads("across")[0], ""]
    tables: dict[str, list[str]] = {}
    for rule in RULES:
        tables.setdefault(rule.code, []).append(rule.table)
    first = {rule.code: rule for rule in reversed(RULES)}
    lines += _table(
        _heads("code", "severity", "tables", "what", "remedy"),
        [[f"`{code}`<br>{first[code].label.zh}<br>{first[code].label.en}", _severity(first[code].severity), "、".join(BY_NAME[name].zh for name in told) if len(told) < len(BY_NAME) - 1 else
          "各台账 / every table", *_shown(first[code])] for code, told in tables.items()],
    )
    lines += ["## " + _heads("reader")[0], ""]
    lines += _table(
        _heads("code", "severity", "found", "remedy"),
        [[f"`{code}`", _severity(severity(code)), _both(f"exports.{code}.reason"), _both(f"exports.{code}.remedy")] for code in reader_codes()],
    )
    return "\n".join(lines).rstrip() + "\n"
