"""Typing and checking the rows of one sheet, and writing them as Parquet; each distinct text of a column is read once."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kpi.exports import limits, rows, times, values
from kpi.exports.fields import Field, Table
from kpi.exports.recognise import Found
from kpi.exports.sheets import Row, Sheet
from kpi.exports.times import Unreadable

_ARROW = {"TIMESTAMP": pa.timestamp("us"), "BIGINT": pa.int64(), "DOUBLE": pa.float64(), "BOOLEAN": pa.bool_(), "VARCHAR": pa.string()}
_FIRMS = re.compile(r"有限责任公司|股份有限公司|有限公司|股份公司|集团|公司|\(.*?\)|\s+")
_MEMO = 200_000


def schema(table: Table) -> pa.Schema:
    """Return the staged columns of a table: its fields, then _sheet, _row, _key, _submitter."""
    fields = [pa.field(name, _ARROW[kind]) for f in table.fields for name, kind in f.columns]
    return pa.schema([*fields, pa.field("_sheet", pa.string()), pa.field("_row", pa.int64()), pa.field("_key", pa.string()), pa.field("_submitter", pa.string())])


def mask(value: str) -> str:
    """Return a value of personal data with all but its first sign hidden."""
    return value[:1] + "*" * min(6, max(1, len(value) - 1)) if value else value


class Stage:
    """Reads the data rows of one recognised sheet; after `write` its counts add up: rows = staged + rejected + skipped."""

    def __init__(self, sheet: Sheet, found: Found, submitter: str | None) -> None:
        self.sheet, self.found, self.table = sheet, found, found.table
        self.submitter = found.submitter or submitter
        self.rows = self.staged = 0
        self.rejects: list[dict[str, Any]] = []
        self.findings: list[dict[str, Any]] = []
        self.skips: list[dict[str, Any]] = []
        self._column = {f.name: c for c, f in found.columns.items()}
        self._memo: dict[str, dict[str, Any]] = {f.name: {} for f in found.columns.values()}
        self._read = {f.name: values.parser(f, self._factor(c, f)) for c, f in found.columns.items() if f.kind != "time"}
        self._seen: dict[str, tuple[int, int]] = {}
        self._torn: dict[str, list[int]] = {}
        self._widths: Counter[int] = Counter()
        self._narrow: dict[int, list[tuple[int, str]]] = {}

    def _factor(self, column: int, f: Field) -> int | None:
        if f.kind != "yuan":
            return None
        default = {"元": 1, "万元": 10**4}.get(f.default_unit)
        return self.found.units.get(column) or self.found.unit or default

    def _header(self, name: str) -> str:
        return self.found.headers.get(self._column.get(name, -1), self.table.by_name[name].zh)

    def _note(self, where: list[dict[str, Any]], number: int, name: str, value: str, code: str, args: dict[str, str] | None = None, **more: str) -> None:
        shown = mask(value) if self.table.by_name[name].personal else value
        where.append({"sheet": self.sheet.name, "row": number, "column": self._header(name), "value": shown, **more, "code": code, "args": args or {}})

    def write(self, data: Iterator[Row], path: Path) -> None:
        """Type, check and write all rows below the header to `path`."""
        filled = self._filled_down(data)
        with pq.ParquetWriter(path, schema(self.table), compression="zstd", compression_level=1) as writer:
            while chunk := list(islice(filled, limits.CHUNK_ROWS)):
                writer.write_table(self._chunk(chunk))
        if self._torn:
            self._drop(path)
        self._widths_of_keys()

    def _filled_down(self, data: Iterator[Row]) -> Iterator[Row]:
        """Yield data rows, cells of stored vertical merges filled from their first row; rows that are no data are counted out."""
        below = self.found.header_rows[-1]
        starts: dict[int, list[tuple[int, int, int]]] = {}
        for (top, left), (bottom, right) in self.sheet.merged:
            if bottom > top and top + 1 > below:
                starts.setdefault(top + 1, []).append((bottom + 1, left, right))
        active: list[tuple[int, int, str]] = []
        for number, cells in data:
            if active:
                active = [merge for merge in active if merge[0] >= number]
                for _, column, value in active:
                    if column < len(cells) and not cells[column].strip():
                        cells[column] = value
                    elif column >= len(cells):
                        cells += [""] * (column - len(cells)) + [value]
            if not any(cell and not cell.isspace() for cell in cells):
                continue
            for bottom, left, _ in starts.get(number, ()):
                if left < len(cells):
                    active.append((bottom, left, cells[left]))
            self.rows += 1
            code = rows.reason(cells, self.found)
            if code is not None:
                self.skips.append({"sheet": self.sheet.name, "row": number, "code": code})
                continue
            yield number, cells

    def _chunk(self, chunk: list[Row]) -> pa.Table:
        numbers = [number for number, _ in chunk]
        texts = {name: [cells[c] if c < len(cells) else "" for _, cells in chunk] for name, c in self._column.items()}
        for (number, column), fault in self.sheet.faults.items():
            name = next((name for name, c in self._column.items() if c == column), None)
            if name and numbers[0] <= number <= numbers[-1]:
                index = numbers.index(number) if number in numbers else -1
                if index >= 0 and not texts[name][index].strip():
                    code = "formula_without_value" if fault == "formula" else "error_cell"
                    self._note(self.rejects, number, name, fault, code, level="cell")
        typed: dict[str, list[Any]] = {}
        bad: dict[str, dict[int, Unreadable]] = {}
        for f in self.found.columns.values():
            typed[f.name], bad[f.name] = self._typed(f, texts[f.name])
        self._bare_times(texts, typed, bad)
        if "docs_zero" in typed:
            asked = typed.setdefault("docs_requested_n", [None] * len(chunk))
            for i, zero in enumerate(typed["docs_zero"]):
                if zero and asked[i] is None:
                    asked[i] = 0
        keep, keys = self._judge(numbers, texts, typed, bad)
        return self._arrow(keep, keys, numbers, typed)

    def _typed(self, f: Field, texts: list[str]) -> tuple[list[Any], dict[int, Unreadable]]:
        memo = self._memo[f.name]
        if len(memo) > _MEMO:
            memo.clear()
        found, bad = [], {}
        for i, text in enumerate(texts):
            value = memo.get(text, memo)
            if value is memo:
                try:
                    value = times.parse(text, self.found.year) if f.kind == "time" else self._read[f.name](text)
                except Unreadable as error:
                    value = error
                memo[text] = value
            if isinstance(value, Unreadable):
                bad[i] = value
                value = None
            found.append(value)
        return found, bad

    def _bare_times(self, texts: dict[str, list[str]], typed: dict[str, list[Any]], bad: dict[str, dict[int, Unreadable]]) -> None:
        """Give a bare time of day the date of the nearest time column before it in the table."""
        order = [f.name for f in self.table.fields if f.kind == "time" and f.name in typed]
        for position, name in enumerate(order):
            for i in [i for i, error in bad[name].items() if error.code == "time_without_date"]:
                before = next((typed[other][i] for other in reversed(order[:position]) if typed[other][i] is not None), None)
                if before is not None and before.precision in ("moment", "half", "day", "slot"):
                    try:
                        typed[name][i] = times.parse(texts[name][i], self.found.year, before.start.date())
                        del bad[name][i]
                    except Unreadable as error:
                        bad[name][i] = error

    def _judge(
        self, numbers: list[int], texts: dict[str, list[str]], typed: dict[str, list[Any]], bad: dict[str, dict[int, Unreadable]]
    ) -> tuple[list[int], list[str]]:
        """Return indexes of accepted rows and their keys; note every reject, skip and finding."""
        keep, keys = [], []
        names = list(typed)
        for i, number in enumerate(numbers):
            code = self._out_of_scope(typed, i)
            if code:
                self.skips.append({"sheet": self.sheet.name, "row": number, "code": code})
                continue
            key = self._key(typed, i, number)
            missing = self._missing(typed, i)
            if key is None or missing:
                self._reject_row(number, i, key, missing, texts, bad)
                continue
            for name in names:
                error = bad[name].get(i) if name in bad else None
                if error is not None:
                    self._note(self.rejects, number, name, texts[name][i], error.code, error.args_, level="cell")
            content = hash(tuple(typed[name][i] for name in names))
            first = self._seen.setdefault(key, (content, number))
            if first[0] != content:
                self._torn.setdefault(key, [first[1]]).append(number)
            elif key in self._torn:
                self._torn[key].append(number)
            if key[0] != "~" and len(self.table.key) == 1 and key.isdigit():
                self._widths[len(key)] += 1
                self._narrow.setdefault(len(key), [])
                if len(self._narrow[len(key)]) < 50:
                    self._narrow[len(key)].append((number, key))
            keep.append(i)
            keys.append(key)
        self.staged += len(keep)
        return keep, keys

    def _out_of_scope(self, typed: dict[str, list[Any]], i: int) -> str | None:
        if "user_type" in typed and typed["user_type"][i] == "居民":
            return "resident"
        return "test" if "is_test" in typed and typed["is_test"][i] else None

    def _key(self, typed: dict[str, list[Any]], i: int, number: int) -> str | None:
        parts = [self._key_part(typed, name, i) for name in self.table.key]
        if all(parts):
            return "|".join(parts)
        parts = [self._key_part(typed, name, i) for name in self.table.fallback]
        if not parts or not parts[0] or sum(map(bool, parts)) < min(2, len(parts)):
            return None
        self.findings.append(
            {"sheet": self.sheet.name, "row": number, "column": self._header(self.table.key[0]), "value": "", "severity": "info", "code": "fallback_key", "args": {}}
        )
        return "~" + "|".join(parts)

    def _key_part(self, typed: dict[str, list[Any]], name: str, i: int) -> str:
        value = typed[name][i] if name in typed else None
        if value is None:
            return ""
        if isinstance(value, times.Span):
            return value.start.isoformat(timespec="minutes")
        kind = self.table.by_name[name].kind
        return _FIRMS.sub("", unicodedata.normalize("NFKC", str(value))) if kind == "name" else str(value)

    def _missing(self, typed: dict[str, list[Any]], i: int) -> tuple[str, ...] | None:
        return next((group for group in self.table.required if all(name not in typed or typed[name][i] is None for name in group)), None)

    def _reject_row(
        self, number: int, i: int, key: str | None, missing: tuple[str, ...] | None, texts: dict[str, list[str]], bad: dict[str, dict[int, Unreadable]]
    ) -> None:
        name = self.table.key[0] if key is None else missing[0]
        if key is not None:
            name = next((n for n in missing if n in bad and i in bad[n]), name)
        value = texts[name][i] if name in texts else ""
        error = bad.get(name, {}).get(i)
        if error is not None:
            self._note(self.rejects, number, name, value, error.code, error.args_, level="row")
        else:
            self._note(self.rejects, number, name, value, "key_missing" if key is None else "required_missing", level="row")

    def _arrow(self, keep: list[int], keys: list[str], numbers: list[int], typed: dict[str, list[Any]]) -> pa.Table:
        columns: list[pa.Array] = []
        for f in self.table.fields:
            found = typed.get(f.name)
            picked = [found[i] for i in keep] if found is not None else None
            if f.kind == "time":
                parts = (("start", "TIMESTAMP"), ("end", "TIMESTAMP"), ("precision", "VARCHAR"))
                for attribute, kind in parts:
                    part = [None if span is None else getattr(span, attribute) for span in picked] if picked else [None] * len(keep)
                    columns.append(pa.array(part, _ARROW[kind]))
            else:
                columns.append(pa.array(picked if picked is not None else [None] * len(keep), _ARROW[f.columns[0][1]]))
        size = len(keep)
        columns += [
            pa.array([self.sheet.name] * size, pa.string()),
            pa.array([numbers[i] for i in keep], pa.int64()),
            pa.array(keys, pa.string()),
            pa.array([self.submitter] * size, pa.string()),
        ]
        return pa.Table.from_arrays(columns, schema=schema(self.table))

    def _drop(self, path: Path) -> None:
        """Reject every row of a key that stands with different content in this sheet."""
        table = pq.read_table(path)
        torn = pc.is_in(table["_key"], value_set=pa.array(list(self._torn), pa.string()))
        name = self.table.key[0]
        for row, key in zip(table.filter(torn)["_row"].to_pylist(), table.filter(torn)["_key"].to_pylist(), strict=True):
            self._note(self.rejects, row, name, key, "duplicate_key", {"rows": "、".join(map(str, self._torn[key][:6]))}, level="row")
        kept = table.filter(pc.invert(torn))
        self.staged = kept.num_rows
        gone = {reject["row"] for reject in self.rejects if reject["code"] == "duplicate_key"}
        self.rejects = [r for r in self.rejects if r["level"] == "row" or r["row"] not in gone]
        pq.write_table(kept, path, compression="zstd")

    def _widths_of_keys(self) -> None:
        if len(self._widths) < 2:
            return
        usual = max(self._widths, key=lambda width: (self._widths[width], width))
        for width, found in self._narrow.items():
            if width < usual:
                for number, key in found:
                    self._note(self.findings, number, self.table.key[0], key, "narrow_key", {"width": str(usual)}, severity="warning")

    @property
    def rejected(self) -> int:
        """Rows rejected as a whole."""
        return sum(1 for reject in self.rejects if reject["level"] == "row")
