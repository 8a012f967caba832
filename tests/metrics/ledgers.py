"""Hand-made ledgers: a few cells of text for each case, written as .csv files with Chinese headers and loaded like any export."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from kpi import pipeline
from kpi.exports.tables import BY_NAME

Rows = Mapping[str, Sequence[Mapping[str, str]]]


def load(folder: Path, rows: Rows, cutoff: str) -> Path:
    """Write the rows of each table to a file, load them all and return the store; every row must be loaded whole."""
    files = []
    for name, records in rows.items():
        table = BY_NAME[name]
        columns = list(dict.fromkeys(column for record in records for column in record))
        path = folder / f"{table.zh}.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as out:
            writer = csv.writer(out)
            writer.writerow([table.by_name[column].zh for column in columns])
            writer.writerows([record.get(column, "") for column in columns] for record in records)
        files.append(path)
    home = folder / "store"
    report = pipeline.load(files, home, cutoff=cutoff)
    assert not report["rejects"], report["rejects"]
    for file in report["files"]:
        assert [sheet["loaded"] for sheet in file["sheets"]] == [sheet["rows"] for sheet in file["sheets"]], file
    return home
