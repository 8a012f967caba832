"""The same ledger as several kinds of file, each with the same expectation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from tests.exports.corpus.case import Case, Sheet
from tests.exports.corpus.writers import TEXTS, write


def build(folder: Path, *, file: str, sheets: dict[str, list[list[Any]]], encoding: str, **more: Any) -> None:
    """Write rows as the kind of file that the name says."""
    write(folder / file, sheets, encoding=encoding, **more)


def ledger(builder: str, rows: list[list[Any]], expected: Sheet, *, kinds: Sequence[str], title: str = "台账", **options: Any) -> list[Case]:
    """Return one case of one sheet for each kind of file: a suffix, or the encoding of a .csv.

    The sheet is called `title`, in a text file after the file; `options` go to the reading.
    """
    cases = []
    for kind in kinds:
        encoding = TEXTS.get(kind)
        suffix = "csv" if encoding else kind
        name = f"{builder}{f'-{kind}' if encoding else ''}.{suffix}"
        cases.append(
            Case(
                name=name, builder=builder, build=partial(build, file=name, sheets={title: rows}, encoding=kind if encoding else "utf-8"), kind="csv" if suffix == "tsv" else suffix,
                encoding=encoding or ("utf-8" if suffix == "tsv" else None), sheets={Path(options.get("name") or name).stem if suffix in ("csv", "tsv") else title: expected},
                texts=texts(rows), options=options,
            )
        )
    return cases


def texts(rows: Iterable[Iterable[Any]]) -> tuple[str, ...]:
    """Return the cells of rows as texts, for the table of dirts."""
    return tuple(str(cell) for row in rows for cell in row if cell is not None)


def workbook(name: str, sheets: dict[str, tuple[list[list[Any]], Sheet]], make: Any = None, **more: Any) -> Case:
    """Return the case of one workbook of several sheets; `make` writes it where the usual writer does not do."""
    suffix = name.rsplit(".", 1)[1]
    rows = {title: content for title, (content, _) in sheets.items()}
    found = {title: expected for title, (_, expected) in sheets.items()}

    def written(folder: Path) -> None:
        if make is None:
            write(folder / name, rows)
        else:
            make(folder / name, rows)

    case = Case(name=name, builder=name.rsplit(".", 1)[0], build=written, kind=suffix, sheets=found, texts=texts(row for content in rows.values() for row in content))
    return replace(case, **more)
