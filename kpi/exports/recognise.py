"""Which table a sheet is: its header rows below the titles, and the field of each column."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from kpi.exports import headers
from kpi.exports.fields import Field, Table, normal
from kpi.exports.layout import LEAST, LONGEST, Column, Layout, record, told
from kpi.exports.sheets import Row, Sheet
from kpi.exports.tables import BY_NAME, TABLES

DEPTHS = (1, 2, 3)
"""How many rows a header may have."""

RANGE = 0.9
"""Certainty of a column that states beginning and end of a time in one cell."""

CHOSEN = 2.0
"""Certainty of a column that a person chose: above every guess."""

_BY_HINT = (("title", 0.8), ("sheet", 0.8), ("file", 0.4))


def best_score(rows: list[Row]) -> float:
    """Return how much the first rows look like a known table, for trying separators."""
    found = recognise(Sheet(name="", index=0, rows=iter(())), rows, "")
    return found.score if found else 0.0


def recognise(sheet: Sheet, head: list[Row], file: str) -> Layout | None:
    """Return the layout that the first rows of a sheet announce, or None where they announce no known table.

    Of two tables one below the other the upper is taken: no row of data stands above a header that is taken.
    """
    texts = [(number, [told(value) for value in cells]) for number, cells in enumerate(head, start=1)]
    typed = {number: _values(cells) for number, cells in enumerate(head, start=1)}
    best: Layout | None = None
    upper: list[Layout] = []
    titles: list[str] = []
    for i, (_, cells) in enumerate(texts):
        filled = [text for text in cells if text]
        if len(set(filled)) >= 2:
            hints = {"title": " ".join(titles).lower(), "sheet": sheet.name.lower(), "file": file.lower()}
            for depth in DEPTHS:
                rows = texts[i : i + depth]
                if len(rows) < depth or any(typed[n] > 0.3 for n, _ in rows):
                    break
                found = _layout(rows, sheet, hints)
                if found is not None and (best is None or found.score > best.score + 1e-9):
                    upper += [best] if best is not None else []
                    best = found
        if filled:
            titles.append(" ".join(dict.fromkeys(filled)))
    return next((layout for layout in upper if layout.sure and any(record(layout, cells) for cells in head[layout.last : best.header_rows[0] - 1])), best)


def other_header(layout: Layout, number: int, cells: Row) -> bool:
    """Whether a row below the header is the header of another table, or of this one with its columns in another order."""
    texts = [told(value) for value in cells]
    places = [(c.field.name, headers.find(layout.table.name, texts[c.at])) for c in layout.columns if c.field is not None and c.at < len(texts) and texts[c.at]]
    in_place = sum(1 for name, found in places if found is not None and found[0].name == name)
    if in_place > 0.5 * sum(map(bool, texts)):
        return False
    found = _layout([(number, texts)], Sheet(name="", index=0, rows=iter(())), {"title": "", "sheet": "", "file": ""})
    return found is not None and found.sure and sum(c.field is not None for c in found.columns) >= max(LEAST, 0.6 * sum(map(bool, texts)))


def _values(cells: list[object]) -> float:
    """Return the share of filled cells that are numbers or dates: a header has hardly any."""
    filled = [v for v in cells if v not in ("", None)]
    figures = sum(isinstance(v, (int, float, date, datetime)) or bool(re.fullmatch(r"[\d./:\- ]{4,}", str(v)[:LONGEST])) for v in filled)
    return figures / len(filled) if filled else 0.0


def _parts(rows: list[tuple[int, list[str]]], sheet: Sheet) -> tuple[list[tuple[str, ...]], list[bool]]:
    """Return the header parts of each column from top to bottom, merged cells filled, and whether the upper part is a guess."""
    width = max(len(cells) for _, cells in rows)
    grid = [cells + [""] * (width - len(cells)) for _, cells in rows]
    numbers = [number for number, _ in rows]
    merged = False
    for (top, left), (bottom, right) in sheet.merged:
        if top + 1 > numbers[-1] or bottom + 1 < numbers[0] or left >= width:
            continue
        merged = True
        if top + 1 < numbers[0]:
            continue
        text = grid[top + 1 - numbers[0]][left]
        for r in range(top + 1 - numbers[0], min(bottom + 1 - numbers[0], len(grid) - 1) + 1):
            for c in range(left, min(right, width - 1) + 1):
                grid[r][c] = grid[r][c] or text
    guessed = [False] * width
    if len(grid) > 1 and not merged:
        # a file without stored merges: what stands to the left may cover this column too
        for upper in grid[:-1]:
            for c in range(1, width):
                if not upper[c] and grid[-1][c] and upper[c - 1]:
                    upper[c] = upper[c - 1]
                    guessed[c] = True
    parts = []
    for c in range(width):
        kept: list[str] = []
        for cells in grid:
            if cells[c] and (not kept or kept[-1] != cells[c]):
                kept.append(cells[c])
        parts.append(tuple(kept))
    return parts, guessed


def _layout(rows: list[tuple[int, list[str]]], sheet: Sheet, hints: dict[str, str]) -> Layout | None:
    parts, guessed = _parts(rows, sheet)
    if len(rows) > 1 and not any(len(p) > 1 for p in parts):
        # nothing is joined: the rows would only be stacked by accident
        spread = sum(1 for text in rows[-1][1] if text)
        if spread > len(set(filter(None, parts))) / 2:
            return None
    best: Layout | None = None
    for table in TABLES:
        columns = _columns(table, parts, guessed)
        found = _rated(table, [number for number, _ in rows], columns, hints)
        if found is not None and (best is None or found.score > best.score + 1e-9):
            best = found
    return best


def _columns(table: Table, parts: list[tuple[str, ...]], guessed: list[bool]) -> list[Column]:
    columns = []
    for at, texts in enumerate(parts):
        match = headers.joined(table, texts, guessed=guessed[at])
        meant, certainty = match or (None, 0.0)
        column = Column(at=at, header=_told(table, texts, match), words=" ".join(texts), field=meant, certainty=certainty)
        ends = headers.both_ends(table, texts) if meant is None else None
        columns += [column] if ends is None else _ends(column, ends)
    return columns


def _ends(column: Column, ends: tuple[Field, Field]) -> list[Column]:
    """Return the two columns of a range that one column of the sheet states."""
    return [replace(column, field=meant, certainty=RANGE, end=end) for meant, end in zip(ends, ("first", "last"), strict=True)]


def _told(table: Table, texts: tuple[str, ...], match: tuple[Field, float] | None) -> str:
    """Return the header as a person would name the column: its lowest part where that alone says enough, else all parts joined."""
    if len(texts) > 1 and not headers.unit_only(texts[-1]):
        alone = headers.find(table.name, texts[-1])
        if match is None or alone is not None and alone[0] is match[0]:
            texts = texts[-1:]
    return re.sub(r"\s*\n\s*", "", "".join(texts)).strip()


def _rated(table: Table, numbers: list[int], columns: list[Column], hints: dict[str, str]) -> Layout | None:
    taken = {c.field.name for c in columns if c.field is not None}
    if len(taken) < 2:
        return None
    names = taken | {missing for missing, other in table.stand_in if other in taken}
    keyed = set(table.key) <= names
    known = keyed or bool(table.fallback) and set(table.fallback[:2]) <= names
    dated = all(any(name in names for name in group) for group in table.required)
    seen: set[str] = set()
    telling = 0.0
    for c in columns:
        if c.field is not None and c.field.name not in seen:
            seen.add(c.field.name)
            telling += headers.rarity(c.field, c.header) * c.certainty
    hinted = sum(weight for where, weight in _BY_HINT if any(word in hints[where] for word in table.hints))
    if known and dated:
        if telling + hinted < 0.75:
            return None
    elif len(taken) < 4 or telling < 2.5 or len(taken) < 0.4 * sum(1 for c in columns if c.header):
        return None
    score = telling + 0.1 * len(taken) + 0.6 * keyed + 0.4 * known + 0.8 * dated + hinted - 0.05 * (len(numbers) - 1)
    return _settled(Layout(table=table, header_rows=numbers, columns=columns, score=score, sure=known and dated))


def _settled(layout: Layout) -> Layout:
    """Leave each field to one column: the more certain, then the more usual header; a second time column stands beside it."""
    by_field: dict[str, list[Column]] = {}
    for column in layout.columns:
        if column.field is not None:
            by_field.setdefault(column.field.name, []).append(column)
    for columns in by_field.values():
        if len(columns) == 1:
            continue
        ranks = {normal(header): i for i, header in enumerate(columns[0].field.headers)}
        columns.sort(key=lambda c: (-c.certainty, ranks.get(normal(c.header), 99), c.at))
        first, *others = columns
        for other in others:
            if first.end or other.end:
                # what a column of its own states needs no range, and the other way round
                other.field, other.end = None, ""
            elif first.field.kind == "time" and first.beside is None:
                first.beside = other.at
            else:
                layout.ignored.append(other)
                other.field = None
    for other in [c for c in layout.columns if any(d.beside == c.at for d in layout.columns)]:
        other.field = None
    for missing, source in layout.table.stand_in:
        standing = layout.column(source)
        if layout.column(missing) is None and standing is not None:
            layout.columns.append(Column(at=standing.at, header=standing.header, words=standing.words, field=layout.table.by_name[missing], certainty=0.5))
    return layout


def extended(layout: Layout, sheet: Sheet) -> Layout:
    """Return the layout with header rows down to where the merged cells of its last header row end."""
    bottom = layout.last
    for (top, _), (below, _) in sheet.merged:
        if layout.header_rows[0] <= top + 1 <= layout.last < below + 1 <= layout.last + 2:
            bottom = max(bottom, below + 1)
    layout.header_rows += range(layout.last + 1, bottom + 1)
    return layout


def signature(cells: Row) -> str | None:
    """Return what tells one layout from another: the texts of its last header row in order; None for a row that is no header."""
    texts = [re.sub(r"\s+", "", unicodedata.normalize("NFKC", told(value))) for value in cells]
    while texts and not texts[-1]:
        texts.pop()
    if sum(map(bool, texts)) < 2:
        return None
    return hashlib.sha256("\x1f".join(texts).encode()).hexdigest()[:20]


def remembered(head: list[Row], layouts: dict[str, dict[str, Any]]) -> dict[str, Any] | None:
    """Return the choice a person made earlier for a sheet with the same header row, or None."""
    for number, cells in enumerate(head, start=1):
        found = layouts.get(signature(cells) or "")
        if found is not None:
            return {**found, "header_row": number}
    return None


def given(sheet: Sheet, head: list[Row], wish: dict[str, Any], guess: Layout | None) -> Layout:
    """Return the layout a person has chosen: table, last header row, and {column letter: field or null} where it differs from the guess."""
    table = BY_NAME[wish["table"]]
    row = wish.get("header_row") or (guess.last if guess else 1)
    numbers = guess.header_rows if guess is not None and guess.last == row else [row]
    texts = [(n, [told(v) for v in head[n - 1]] if n <= len(head) else []) for n in numbers]
    parts, guessed = _parts(texts, sheet) if any(cells for _, cells in texts) else ([], [])
    columns = _columns(table, parts, guessed)
    chosen = dict(wish.get("columns") or {})
    taken = {name for name in chosen.values() if name}
    for column in columns:
        letter = headers.letter(column.at)
        if column.end and letter in chosen:
            _choose_end(column, table, chosen[letter], taken)
        elif letter in chosen:
            name = chosen[letter]
            column.field, column.certainty = (table.by_name[name], CHOSEN) if name else (None, 0.0)
        elif column.field is not None and column.field.name in taken:
            # the person gave this field to another column
            column.field, column.certainty = None, 0.0
    return _settled(Layout(table=table, header_rows=list(numbers), columns=columns, score=0.0))


def _choose_end(column: Column, table: Table, name: str | None, taken: set[str]) -> None:
    """Settle one end of a range for whose column a person chose a field: the field of its beginning keeps the range, any other ends it."""
    ends = next(ends for ends in table.by_range.values() if column.field in ends)
    if name == ends[0].name and (column.end == "first" or ends[1].name not in taken):
        column.certainty = CHOSEN
    elif column.end == "first" and name:
        column.field, column.certainty, column.end = table.by_name[name], CHOSEN, ""
    else:
        column.field, column.certainty, column.end = None, 0.0, ""
