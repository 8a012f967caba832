"""What was recognised: every sheet of every file with its kind, header rows and counts, and the columns of one of them to be corrected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from kpi.exports.tables import BY_NAME, TABLES
from kpi.words import MISSING, month_name
from pages.parts import cards, html, intake
from pages.parts.html import Html, tag
from pages.parts.intake import said

SURE, LIKELY = 0.99, 0.85
"""Certainty from which a column is 确定, and from which 很可能; below it a person should look."""

IGNORED = ""
"""What stands for a column, or a sheet, that is not taken."""

HEADER_ROWS = 25
COLUMNS = 4

Sheet = Mapping[str, Any]
File = Mapping[str, Any]


def certainty(column: Mapping[str, Any]) -> str:
    """Return how certain it is what a column holds: ignored, certain, likely or doubtful."""
    if not column["field"]:
        return "ignored"
    return "certain" if column["certainty"] >= SURE else "likely" if column["certainty"] >= LIKELY else "doubtful"


def state(sheet: Sheet) -> str:
    """Return what is to be said of a sheet: own, left, open (a person must say what it is), check (a person should look) or good."""
    if sheet.get("own"):
        return "own"
    if sheet["table"] is None:
        return "open" if sheet["rows"] and sheet.get("head") else "left"
    if any(certainty(column) == "doubtful" for column in sheet["mapping"]):
        return "check"
    return "good"


def all_of(draft: Mapping[str, Any]) -> list[tuple[File, Sheet]]:
    """Return every sheet of a draft with its file."""
    return [(file, sheet) for file in draft["files"] for sheet in file["sheets"]]


def chosen(draft: Mapping[str, Any]) -> tuple[File, Sheet] | None:
    """Return the sheet looked at: the one chosen, else the first that needs a person, else the first."""
    listed = [(file, sheet) for file, sheet in all_of(draft) if state(sheet) != "own"]
    asked = intake.here().sheet
    by_need = sorted(listed, key=lambda pair: ("open", "check").index(state(pair[1])) if state(pair[1]) in ("open", "check") else 2)
    return next((pair for pair in listed if (pair[0]["sha256"], pair[1]["index"]) == asked), by_need[0] if by_need else None)


def show(lang: str, draft: Mapping[str, Any]) -> None:
    """Show the sheets, and of the chosen one the mapping of its columns."""
    cards.heading(said(lang, "sheets.title"), said(lang, "sheets.sub"))
    html.show(tag("div", _table(lang, draft), cls="panel"))
    found = chosen(draft)
    if found is None:
        return
    with st.container(key="mapping"):
        _pick(lang, draft, found)
        _editor(lang, *found)


def period(text: str | None, lang: str) -> str:
    """Return the period a sheet states in words."""
    if not text:
        return MISSING
    return month_name(text, lang) if len(text) == 7 else said(lang, "sheets.year", year=text)


def _table(lang: str, draft: Mapping[str, Any]) -> Html:
    names = ("file", "sheet", "kind", "state", "header", "period", "encoding", "rows", "loaded", "rejected", "skipped")
    heads = [said(lang, f"sheets.{name}") for name in names]
    rows: list[list[object]] = []
    for file in draft["files"]:
        if file.get("problem"):
            rows.append([file["file"], Html(tag("td", file["problem"], cls="wrap bad", colspan=str(len(names) - 1)))])
            continue
        rows += [_line(lang, file, sheet) for sheet in file["sheets"]]
    return html.table(heads, rows, left=7, cls="sheets")


def _line(lang: str, file: File, sheet: Sheet) -> list[object]:
    kind = intake.table_name(sheet["table"], lang) if sheet["table"] else said(lang, "sheets.own") if sheet.get("own") else said(lang, "sheets.unknown")
    header = "—".join(str(n) for n in sorted({sheet["header_rows"][0], sheet["header_rows"][-1]})) if sheet["header_rows"] else MISSING
    name = sheet["sheet"] + (said(lang, "sheets.hidden") if sheet["hidden"] else "")
    kept = "standing" if file["standing"] else state(sheet)
    return [
        tag("span", file["file"], cls="name"), name, kind, Html(tag("td", said(lang, f"sheets.is_{kept}"), cls=f"st {kept}")), said(lang, "sheets.row_n", n=header) if header != MISSING else MISSING,
        period(sheet["period"], lang), (file["encoding"] or MISSING).upper().replace("-SIG", ""), f"{sheet['rows']:,}", f"{sheet['loaded']:,}",
        Html(tag("td", f"{sheet['rejected']:,}", cls="num m" if sheet["rejected"] else "num")), f"{sheet['skipped']:,}",
    ]


def _go(options: list[tuple[str, int]]) -> None:
    intake.here().sheet = options[st.session_state["which_sheet"]]


def _pick(lang: str, draft: Mapping[str, Any], found: tuple[File, Sheet]) -> None:
    listed = [(file, sheet) for file, sheet in all_of(draft) if state(sheet) != "own"]
    ids = [(file["sha256"], sheet["index"]) for file, sheet in listed]
    names = [f"{file['file']} · {sheet['sheet']}" if len(file["sheets"]) > 1 else file["file"] for file, sheet in listed]
    st.session_state["which_sheet"] = ids.index((found[0]["sha256"], found[1]["index"]))
    if len(ids) > 1:
        st.selectbox(said(lang, "mapping.which"), range(len(ids)), key="which_sheet", format_func=lambda place: names[place], on_change=_go, args=(ids,), filter_mode=None)
    html.show(tag("h3", said(lang, "mapping.title", name=names[ids.index((found[0]["sha256"], found[1]["index"]))]), cls="part"))


def _wish(file: File, sheet: Sheet) -> dict[str, Any]:
    return intake.here().wishes.get(file["sha256"], {}).get(sheet["sheet"], {})


def _wished(file: File, sheet: Sheet) -> dict[str, Any]:
    return intake.here().wishes.setdefault(file["sha256"], {}).setdefault(sheet["sheet"], {})


def _set_table(file: File, sheet: Sheet, key: str) -> None:
    wish = _wished(file, sheet)
    wish.clear()
    wish |= {"table": st.session_state[key] or None, "columns": {}} | ({"header_row": sheet["header_row"]} if sheet["header_row"] else {})
    if not sheet["header_row"]:
        wish["header_row"] = likely_header(sheet)


def _set_row(file: File, sheet: Sheet, key: str) -> None:
    wish = _wished(file, sheet)
    table = wish.get("table", sheet["table"])
    wish.clear()
    wish |= {"table": table, "header_row": st.session_state[key], "columns": {}}


def current(file: File, sheet: Sheet) -> dict[str, str]:
    """Return {letter: field or ""} as it stands, with what a person changed."""
    changed = _wish(file, sheet).get("columns", {})
    return {column["column"]: (changed[column["column"]] if column["column"] in changed else column["field"]) or IGNORED for column in sheet["mapping"]}


def _set_column(file: File, sheet: Sheet, letter: str, key: str) -> None:
    """Give a column another field: every column is said then, so that a layout remembered before says nothing beside it."""
    asked = st.session_state[key]
    now = current(file, sheet)
    for other, name in now.items():
        if asked and name == asked and other != letter:
            # a field belongs to one column
            now[other] = IGNORED
    now[letter] = asked
    guessed = [column["field"] for column in sheet["mapping"] if column["field"]]
    # date and time of day in two columns are one field: neither is said unless a person did
    paired = {column["column"] for column in sheet["mapping"] if guessed.count(column["field"]) > 1 and now[column["column"]] == column["field"]}
    wish = _wished(file, sheet)
    wish |= {"table": sheet["table"], "header_row": sheet["header_row"], "columns": {at: name or None for at, name in now.items() if at not in paired}}


def _set_fill(file: File, sheet: Sheet, letter: str, key: str) -> None:
    wish = _wished(file, sheet)
    wish.setdefault("table", sheet["table"])
    wish.setdefault("header_row", sheet["header_row"])
    wish.setdefault("columns", {})
    fill = set(wish.get("fill", ())) ^ {letter}
    wish["fill"] = sorted(fill)


def likely_header(sheet: Sheet) -> int:
    """Return the row of an unrecognised sheet that looks most like a header: the first with most different texts."""
    head = sheet.get("head") or []
    if not head:
        return 1
    return 1 + max(range(len(head)), key=lambda n: (len({text for text in head[n] if text and not text.replace(".", "").isdigit()}), -n))


def _editor(lang: str, file: File, sheet: Sheet) -> None:
    wish = _wish(file, sheet)
    if sheet.get("remembered"):
        html.show(tag("p", said(lang, "mapping.remembered"), cls="aside told"))
    if sheet["table"] is None and sheet.get("head"):
        from pages.parts import previews

        html.show(tag("p", said(lang, "mapping.unknown"), cls="aside"), previews.head(lang, sheet, wish.get("header_row") or likely_header(sheet)))
    at = f"{file['sha256'][:12]}_{sheet['index']}"
    table, row, _ = st.columns([1.6, 1, 2.4], gap="small")
    with table:
        key = f"map_table_{at}"
        st.session_state[key] = wish.get("table", sheet["table"]) or IGNORED
        st.selectbox(said(lang, "mapping.table"), [IGNORED, *(t.name for t in TABLES)], key=key, on_change=_set_table, args=(file, sheet, key), filter_mode=None,
                     format_func=lambda name: intake.table_name(name, lang) if name else said(lang, "mapping.leave"))
    with row:
        key = f"map_row_{at}"
        st.session_state[key] = wish.get("header_row") or sheet["header_row"] or likely_header(sheet)
        st.selectbox(said(lang, "mapping.header_row"), range(1, HEADER_ROWS + 1), key=key, on_change=_set_row, args=(file, sheet, key), filter_mode=None,
                     format_func=lambda n: said(lang, "sheets.row_n", n=n))
    same = wish.get("table", sheet["table"]) == sheet["table"] and wish.get("header_row", sheet["header_row"]) == sheet["header_row"]
    if sheet["table"] and same:
        _columns(lang, file, sheet, at)
    elif wish:
        html.show(tag("p", said(lang, "mapping.again"), cls="aside"))
    st.button(said(lang, "mapping.recheck"), key="recheck", on_click=intake.recheck, args=(lang,), disabled=not intake.here().wishes or intake.here().job is not None,
              type="primary" if intake.here().wishes else "secondary")


def _columns(lang: str, file: File, sheet: Sheet, at: str) -> None:
    fields = BY_NAME[sheet["table"]].by_name
    english = lang == "en"
    names = {IGNORED: said(lang, "mapping.ignored"), **{name: name.replace("_", " ") if english else f.zh for name, f in fields.items()}}
    now = current(file, sheet)
    offered = {entry["letter"] for entry in _offers(file, sheet, lang)}
    filled = set(_wish(file, sheet).get("fill", ()))
    marked = {kind: [c["column"] for c in sheet["mapping"] if certainty(c) == kind] for kind in ("certain", "likely", "doubtful", "ignored")}
    html.show(tag("p", said(lang, "mapping.counts", **{kind: len(letters) for kind, letters in marked.items()}), cls="aside"))
    for start in range(0, len(sheet["mapping"]), COLUMNS):
        row = sheet["mapping"][start : start + COLUMNS]
        for place, column in zip(st.columns(COLUMNS, gap="small"), row, strict=False):
            letter = column["column"]
            kind = "changed" if now[letter] != (column["field"] or IGNORED) else certainty(column)
            key = f"map_{at}_{letter}"
            st.session_state[key] = now[letter]
            with place, st.container(key=f"col_{kind}_{letter}"):
                html.show(tag("div", tag("i", letter), tag("b", column["header"]), tag("span", said(lang, f"mapping.is_{kind}"), cls=kind), cls="col"))
                st.selectbox(html.plain(f"{letter} {column['header']}"), list(names), key=key, format_func=lambda name: names.get(name, name), on_change=_set_column,
                             args=(file, sheet, letter, key), filter_mode=None, label_visibility="collapsed")
                if letter in offered or letter in filled:
                    fill = f"fill_{at}_{letter}"
                    st.session_state[fill] = letter in filled
                    st.checkbox(said(lang, "mapping.fill"), key=fill, on_change=_set_fill, args=(file, sheet, letter, fill))


def _offers(file: File, sheet: Sheet, lang: str) -> list[Mapping[str, Any]]:
    draft = intake.opened(lang) or {"findings": []}
    return [e for e in draft["findings"] if e["code"] == "fill_offered" and e["file"] == file["file"] and e["sheet"] == sheet["sheet"] and e["letter"]]
