"""The dictionary of KPIs: what each means, how it is computed, and a worked example, straight from the declarations."""

from __future__ import annotations

from functools import cache
from textwrap import wrap
from typing import Any

from kpi import standards
from kpi.exports.tables import BY_NAME
from kpi.metrics.compute import compute
from kpi.metrics.elsewhere import LINKED, UNMEASURED, Linked, Unmeasured
from kpi.metrics.model import Example, Metric
from kpi.reports.month import sections
from kpi.words import format as written
from kpi.words import word

LANGUAGES = ("zh", "en")
MONTH = "2024-05"
"""The month with which statements are shown; any other gives the same text with another value."""


class _Recorder:
    """An engine that answers nothing and remembers what it was asked: the statements shown are the ones that run."""

    build = ""
    rolled = False

    def __init__(self) -> None:
        self.asked: list[str] = []

    def rows(self, sql: str, params: list[Any] | None = None) -> list[dict[str, Any]]:
        """Remember a statement and return no rows."""
        self.asked.append(sql)
        return []


def statements(metric: Metric) -> list[str]:
    """Return the SQL that `compute` runs for a KPI without dimensions, with ? for the two months."""
    recorder = _Recorder()
    compute(recorder, [metric.id], start=MONTH, end=MONTH)
    return recorder.asked


@cache
def _targets(version: str) -> list[dict[str, Any]]:
    """Return the rows of the targets; `version` is the version of the standards they are read from."""
    columns, rows = standards.tables()["target"]
    return [dict(zip([name for name, _ in columns], row, strict=True)) for row in rows]


def _promised(metric: Metric, lang: str) -> list[str]:
    """Return each value promised or referred to with its clause and dates, oldest first."""
    found = []
    for row in _targets(standards.version()):
        if row["id"] == metric.id:
            kind = word(f"reports.target.{row['kind']}", lang)
            text = "reports.dictionary.promised_until" if row["valid_to"] else "reports.dictionary.promised_since"
            found.append(word(text, lang, kind=kind, value=written(row["value"], row["unit"], lang), since=row["valid_from"], until=row["valid_to"], source=row["source"]))
    return found


def _example(example: Example) -> list[str]:
    """Return the rows of an example as tables, headers as in the ledger with the canonical names below."""
    found = []
    for name, rows in example.rows.items():
        table = BY_NAME[name]
        columns = [f for f in table.fields if any(f.name in row for row in rows)]
        body = [[row.get(f.name, "") for f in columns] for row in rows]
        found += [f"{table.zh} / {table.en}", "", *_table([f"{f.zh}<br>{f.name}" for f in columns], body), ""]
    return found


def describe(metric: Metric, lang: str) -> dict[str, Any]:
    """Return a KPI's definition as plain values: the fields of `show`."""
    return {
        "id": metric.id,
        "code": metric.code,
        "label": metric.label.of(lang),
        "meaning": metric.meaning.of(lang),
        "formula": metric.formula.of(lang),
        "dated_by": metric.dated_by.of(lang),
        "exclusions": metric.exclusions.of(lang),
        "unit": metric.unit,
        "better": metric.better,
        "clause": metric.clause,
        "controller": metric.controller,
        "promised": "；".join(_promised(metric, lang)) if lang == "zh" else "; ".join(_promised(metric, lang)),
        "fact": metric.fact,
        "sources": ", ".join(metric.sources),
        "confirmed_by": metric.confirmed_by or word("reports.dictionary.not_confirmed", lang),
        "sql": "\n".join(statements(metric)),
    }


def _sql(metric: Metric) -> list[str]:
    found = []
    for statement in statements(metric):
        found += ["```sql", *wrap(statement, 150, break_long_words=False, break_on_hyphens=False), "```"]
    return found


def _table(headers: list[str], rows: list[list[str]]) -> list[str]:
    def line(cells: list[str]) -> str:
        return "| " + " | ".join(cell.replace("|", "\\|") or " " for cell in cells) + " |"

    return [line(headers), line(["---"] * len(headers)), *(line(row) for row in rows)]


def _worked(metric: Metric) -> list[str]:
    """Return the worked example: its rows, and what the KPI says of them."""
    example = metric.example

    def both(key: str, **values: str) -> str:
        return " / ".join(word(f"reports.dictionary.{key}", lang, **values) for lang in LANGUAGES)

    month = both("span") if example.month is None else example.month
    said = ", ".join(f"`{field}` = {_number(value)}" for field, value in example.expect.items())
    return [both("example", month=month, as_of=example.as_of), "", *_example(example), f"{both('result')} {said}"]


def _number(value: float | None) -> str:
    return "null" if value is None else f"{value:.6g}"


def _entry(metric: Metric, lang: str) -> list[str]:
    about = describe(metric, lang)
    found = [f"**{about['label']}**", "", about["meaning"], ""]
    for key in ("formula", "dated_by", "exclusions", "promised", "controller", "confirmed_by"):
        text = word(f"reports.controller.{about[key]}", lang) if key == "controller" else about[key] or "—"
        found.append(f"- {word(f'reports.dictionary.{key}', lang)}{text}")
    return [*found, ""]


def _linked(entry: Linked) -> list[str]:
    """Return an entry that is made up of other KPIs, with where each part is read."""
    found = [f"### {entry.code} {entry.label.zh} / {entry.label.en}", "", f"clause {entry.clause}", "", entry.meaning.zh, "", entry.meaning.en, ""]
    rows = []
    for part in entry.parts:
        names = [f"`{id}`" for id in part.ids]
        rows.append([f"{part.label.zh} / {part.label.en}", "<br>".join([*names, *([f"{part.note.zh} / {part.note.en}"] if part.note else [])])])
    return [*found, *_table([" / ".join(word("reports.dictionary.part", lang) for lang in LANGUAGES), " / ".join(word("reports.dictionary.read_from", lang) for lang in LANGUAGES)], rows), ""]


def _unmeasured(entry: Unmeasured) -> list[str]:
    found = [f"### {entry.code} {entry.label.zh} / {entry.label.en}", "", f"clause {entry.clause}", ""]
    for lang in LANGUAGES:
        found += [f"**{word('reports.dictionary.unmeasured', lang)}**{'：' if lang == 'zh' else ': '}{entry.reason.of(lang)}", ""]
    return found


def markdown() -> str:
    """Return the whole dictionary in both languages, as docs/dictionary.md holds it."""
    lines = [f"# {word('reports.dictionary.title', 'zh')} / {word('reports.dictionary.title', 'en')}", ""]
    for lang in LANGUAGES:
        lines += [word("reports.dictionary.made", lang), ""]
    for section, metrics in sections().items():
        lines += [f"## {word(f'reports.section.{section}', 'zh')} / {word(f'reports.section.{section}', 'en')}", ""]
        for metric in metrics:
            lines += [f"### `{metric.id}` {metric.code} {metric.label.zh} / {metric.label.en}", ""]
            lines += [word("reports.dictionary.facts", "zh", clause=metric.clause, unit=metric.unit, better=metric.better, fact=metric.fact, sources="、".join(metric.sources)), ""]
            for lang in LANGUAGES:
                lines += _entry(metric, lang)
            lines += [*_worked(metric), "", *_sql(metric), ""]
    for key, entries, told in (("linked", LINKED, _linked), ("unmeasured", UNMEASURED, _unmeasured)):
        lines += [f"## {word(f'reports.dictionary.{key}', 'zh')} / {word(f'reports.dictionary.{key}', 'en')}", ""]
        for entry in entries:
            lines += told(entry)
    return "\n".join(lines).rstrip() + "\n"
