"""The first rows of a sheet: what each cell was understood as, beside its text where that differs; names and numbers hidden."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from kpi.exports import masks
from kpi.exports.fields import Field
from kpi.exports.headers import letter
from kpi.exports.tables import BY_NAME
from kpi.words import MISSING, masking
from kpi.words import format as written
from pages.parts import cards, html, ledgers
from pages.parts.html import Html, tag
from pages.parts.intake import said

ROWS = 20
HEAD = 12
WIDEST = 40


def show(lang: str, draft: Mapping[str, Any], found: tuple[Mapping[str, Any], Mapping[str, Any]] | None) -> None:
    """Show the first rows of the sheet looked at."""
    if found is None or found[1]["table"] is None:
        return
    file, sheet = found
    rows = ledgers.preview(draft["draft"], file["sha256"], sheet["index"])
    if not rows:
        return
    cards.heading(said(lang, "preview.title", n=len(rows)), said(lang, "preview.sub"))
    reasons: dict[tuple[int, str | None], str] = {}
    for entry in draft["findings"]:
        if entry["severity"] == "error" and entry["file"] == file["file"] and entry["sheet"] == sheet["sheet"] and entry["row"]:
            reasons.setdefault((entry["row"], entry["letter"] if entry["level"] == "cell" else None), entry["reason"])
    html.show(tag("div", _table(lang, sheet, rows, reasons), cls="panel"))


def _table(lang: str, sheet: Mapping[str, Any], rows: list[dict[str, Any]], reasons: Mapping[tuple[int, str | None], str]) -> Html:
    fields = BY_NAME[sheet["table"]].by_name
    taken = [column for column in sheet["mapping"] if column["field"]]
    heads = [said(lang, "preview.row"), *(Html(f"{html.safe(c['header'])}{tag('small', _name(fields[c['field']], lang)) if c['header'] != fields[c['field']].zh or lang == 'en' else ''}") for c in taken)]
    body = []
    for row in rows:
        cells = {cell["letter"]: cell for cell in row["cells"]}
        why = reasons.get((row["row"], None))
        first = tag("th", str(row["row"]), tag("small", why or said(lang, "preview.rejected")) if row["rejected"] else "", scope="row")
        body.append(tag("tr", first, *(_cell(lang, fields[c["field"]], cells.get(c["column"]), row["rejected"], reasons.get((row["row"], c["column"]))) for c in taken), cls="rejected" if row["rejected"] else ""))
    head = tag("tr", *(tag("th", h, scope="col") for h in heads))
    return tag("div", tag("table", tag("thead", head), tag("tbody", *body), cls="t preview"), cls="t-box", tabindex="0", role="region", aria_label=said(lang, "preview.title", n=len(rows)))


def _name(field: Field, lang: str) -> str:
    return field.name.replace("_", " ") if lang == "en" else field.zh


def _cell(lang: str, field: Field, cell: Mapping[str, Any] | None, rejected: bool, why: str | None) -> Html:
    raw = (cell or {}).get("raw") or ""
    value = (cell or {}).get("value")
    shown = masks.shown(raw, field)
    if why and not rejected:
        return Html(tag("td", tag("b", shown or MISSING), tag("small", why), cls="bad"))
    if rejected:
        return Html(tag("td", shown))
    if value is None:
        return Html(tag("td", tag("small", shown) if raw else ""))
    text = typed(lang, field, value, (cell or {}).get("precision"))
    if alike(text, raw) or field.personal:
        return Html(tag("td", shown if field.personal else text))
    return Html(tag("td", text, tag("small", shown)))


def typed(lang: str, field: Field, value: Any, precision: str | None = None) -> str:
    """Return a typed value as read: times by their precision, amounts with their unit."""
    if field.kind == "time":
        return _time(lang, str(value), precision)
    if isinstance(value, bool):
        return said(lang, "preview.yes" if value else "preview.no")
    if field.kind == "yuan":
        return written(value, "yuan", lang)
    if isinstance(value, float):
        return f"{value:g}"
    return masks.shown(str(value), field)


def _time(lang: str, value: str, precision: str | None) -> str:
    first = datetime.fromisoformat(value.split("/")[0])
    if precision == "moment":
        return f"{first:%Y-%m-%d %H:%M}"
    if precision == "slot":
        last = datetime.fromisoformat(value.split("/")[-1])
        return f"{first:%Y-%m-%d %H:%M}—{last:%H:%M}"
    if precision == "half":
        return f"{first:%Y-%m-%d} {said(lang, 'preview.morning' if first.hour < 12 else 'preview.afternoon')}"
    if precision == "day":
        return f"{first:%Y-%m-%d}"
    if precision == "month":
        return f"{first:%Y-%m}"
    last = value.split("/")[-1][:10]
    return f"{first:%Y-%m-%d}—{last}"


def alike(text: str, raw: str) -> bool:
    """Whether a typed value says just what the cell said."""
    plain = raw.strip().replace("T", " ")
    return plain in (text, f"{text}:00", f"{text} 00:00", f"{text} 00:00:00", f"{text}.0") or plain.rstrip("0").rstrip(".") == text


_PLAIN = re.compile(r"[\d\s年月日时分秒上下午点半:：./,%\-—]*|[一二三四五六七八九十]+号网格")


def _hidden(text: str) -> str:
    """Return a cell below an unknown header: what may name a person or firm is hidden, dates and numbers are not."""
    bare = masking.scrub(text)[:WIDEST]
    if _PLAIN.fullmatch(bare) or bare.isascii():
        return bare
    return masking.person(bare) if len(bare) <= 4 else masking.firm(bare)


def head(lang: str, sheet: Mapping[str, Any], header: int) -> Html:
    """Return the first rows of an unrecognised sheet, its header as it stands, names below it hidden."""
    rows = [[masking.scrub(text)[:WIDEST] if number <= header else _hidden(text) for text in cells] for number, cells in enumerate(sheet["head"][:HEAD], start=1)]
    width = max((len(row) for row in rows), default=0)
    heads = [said(lang, "preview.row"), *(letter(at) for at in range(width))]
    return html.table(heads, [[str(n), *row, *[""] * (width - len(row))] for n, row in enumerate(rows, start=1)], left=width + 1, cls="preview", caption=said(lang, "preview.head"))
