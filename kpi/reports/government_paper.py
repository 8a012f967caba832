"""The government's report as a paper: the same content as its tables, under headings, with places for what only people can write."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from kpi.reports import government
from kpi.reports.month import until_words
from kpi.reports.paper import Block, Paper, Paragraph, Section, Table, numbered
from kpi.words import format as written
from kpi.words import word

PROMISED = ("label", "taken_in", "kept", "left_out", "not_kept", "unknown", "rate", "reasons")
PROMISED_WIDTHS = (30, 10, 10, 11, 11, 13, 12, 30)
INDICATED = ("label", "text", "promise", "unit", "n", "unknown")
INDICATED_WIDTHS = (42, 28, 20, 12, 15, 13)
BROKEN_DOWN_WIDTHS = (46, 16, 16, 16, 16, 16)
DEFINED = ("label", "meaning", "formula", "dated_by", "exclusions", "clause")
DEFINED_WIDTHS = (20, 34, 28, 18, 26, 14)


def paper(found: Mapping[str, Any], lang: str = "zh") -> Paper:
    """Return the government's report (`government.data`) as a paper; no figure of it is reckoned here."""
    told = government.tables(found, lang)

    def said(key: str, **values: Any) -> str:
        return word(f"paper.{key}", lang, **values)

    def head(name: str) -> str:
        return word(f"reports.government.head.{name}", lang)

    period = found["period"]["name"]
    heads = [head(name) for name in PROMISED]
    parts: dict[str, list[Block]] = {
        "promises": [
            *(Paragraph(_kept(one, lang)) for one in found["promises"] if one["metric"] != government.APART),
            Table(caption=said("caption_table", n=1, text=said("government.promises", period=period)), heads=heads,
                  rows=[[str(row[name]) for name in heads] for row in told["promises"]], widths=PROMISED_WIDTHS, wrapped=(7,)),
        ],
        "indicators": [_indicators(found, said("caption_table", n=2, text=said("government.indicators", period=period)), [head(name).replace("（", "\n（") for name in INDICATED], lang)],
        "breakdowns": [
            _breakdown(one, said("caption_table", n=n, text=said("government.breakdown", label=one["label"].lower())), [head("member"), *(head(name) for name in government.COUNTS)])
            for n, one in enumerate(found["breakdowns"], start=3)
        ],
        "examples": [Paragraph(said("government.examples"))],
        "notes": _notes(found, lang),
    }
    names = [head(name) for name in DEFINED]
    definitions = Table(caption=said("definitions.table"), heads=names, rows=[[row[name] for name in names] for row in told["definitions"]], widths=DEFINED_WIDTHS, left=6)
    left_out, shown = (head("note"), head("check")), {head("as_of"): lambda _: _until(found, lang), head("issued"): lambda text: text.replace("T", " ")}
    about = [(row[head("item")], row[head("content")]) for row in told["about"] if row[head("item")] not in left_out]
    return Paper(
        lang=lang, title=word("reports.government.title", lang, period="").removesuffix("（）").removesuffix("()").strip(), period=period,
        facts=[(item, shown[item](text) if item in shown else text) for item, text in about],
        sections=[Section(key=key, title=numbered(place, said(f"section.{key}"), 1, lang), blocks=blocks) for place, (key, blocks) in enumerate(parts.items())],
        attachments=[Section(key="definitions", title=said("section.definitions"), blocks=[definitions], wide=True)],
        draft=[said(f"draft.{name}") for name in ("mark", "issuer", "number")], signed=[said(f"draft.{name}") for name in ("seal", "day")],
        at=datetime.fromisoformat(found["as_of"]) + timedelta(minutes=1),
    )


def _until(found: Mapping[str, Any], lang: str) -> str:
    """Return the moment of the data as read."""
    return until_words(datetime.fromisoformat(found["as_of"]) + timedelta(minutes=1), lang)


def _kept(one: Mapping[str, Any], lang: str) -> str:
    shown = one["rate"] is not None and not (one["rate"] == 1 and one["unknown"])
    rate = word("paper.government.rate", lang, rate=written(one["rate"], "ratio", lang)) if shown else ""
    return word("paper.government.kept", lang, label=one["label"], rate=rate, **{name: f"{one[name]:,}" for name in government.COUNTS})


def _indicators(found: Mapping[str, Any], caption: str, heads: list[str], lang: str) -> Table:
    """Return the five indicators in one table, each under a row with its name."""
    rows, bands = [], set()
    for part in found["indicators"]:
        bands.add(len(rows))
        rows.append([part["indicator"], *([""] * (len(heads) - 1))])
        for figure in part["figures"]:
            rows.append([figure["label"], figure["text"], figure["promise"] or "—", figure["unit_name"], f"{figure['n']:,}", f"{figure['unknown']:,}"])
    return Table(caption=caption, heads=heads, rows=rows, widths=INDICATED_WIDTHS, bands=frozenset(bands))


def _breakdown(one: Mapping[str, Any], caption: str, heads: list[str]) -> Table:
    """Return a breakdown, each promise under a row with its name; what is withheld reads *."""
    rows: list[list[str]] = []
    bands = set()
    for place, row in enumerate(one["rows"]):
        if not place or row["metric"] != one["rows"][place - 1]["metric"]:
            bands.add(len(rows))
            rows.append([row["label"], *([""] * len(government.COUNTS))])
        rows.append([row["member"], *("*" if name in row["withheld"] else f"{row[name]:,}" for name in government.COUNTS)])
    return Table(caption=caption, heads=heads, rows=rows, widths=BROKEN_DOWN_WIDTHS, bands=frozenset(bands))


def _notes(found: Mapping[str, Any], lang: str) -> list[Block]:
    checks = ("；" if lang == "zh" else "; ").join(
        word("paper.government.check", lang, check=one["check"], says=word(f"reports.government.head.{'ok' if one['ok'] else 'wrong'}", lang)) for one in found["checks"]
    )
    told = [*found["notes"], *(part["note"] for part in found["indicators"] if part["note"]), word("paper.government.checks", lang, checks=checks),
            word("paper.government.versions", lang, as_of=_until(found, lang), build=found["build"], standards=found["standards"])]
    if not found["period"]["over"]:
        told.append(word("paper.government.not_over", lang))
    return [Paragraph(text) for text in told]
