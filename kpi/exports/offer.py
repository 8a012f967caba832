"""What a person may choose after seeing a sheet: to fill a column down whose value seems to stand once for several rows."""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kpi.exports import headers
from kpi.exports.layout import Layout
from kpi.exports.report import Listing

FILLABLE = ("grid_code", "grid_name", "manager", "park", "project_id", "app_id")
"""Columns that offices fill on the first row of a group only."""

LEAST = 3
"""Rows left blank below a filled one from which on filling down is offered."""


class Gaps:
    """Counts the blanks of such columns while rows are staged: most sheets then need not be looked at again."""

    def __init__(self, present: Container[str]) -> None:
        self.rows = 0
        self._blank = dict.fromkeys((name for name in FILLABLE if name in present), 0)
        self._begun: set[str] = set()

    def see(self, rows: pa.Table) -> None:
        """Count in the next staged rows."""
        for name in self._blank:
            cells = rows[name]
            self._blank[name] += cells.null_count
            if not self.rows and len(cells) and cells[0].is_valid:
                self._begun.add(name)
        self.rows += rows.num_rows

    def few(self, name: str) -> bool:
        """Whether a column has too few blanks to be offered, or no value to begin with."""
        return name not in self._begun or self._blank[name] < max(LEAST, self.rows - self._blank[name])


def fill(path: Path, layout: Layout, taken: list[str], listing: Listing, gaps: Gaps, staged_rows: int) -> None:
    """Offer to fill down columns that begin with a value and leave most rows below blank; nothing is filled unasked.

    `gaps` were counted of all rows that were staged, of which `staged_rows` are left.
    """
    wanted = {name: column for name in FILLABLE if (column := layout.column(name)) is not None and headers.letter(column.at) not in taken}
    if gaps.rows == staged_rows:
        wanted = {name: column for name, column in wanted.items() if not gaps.few(name)}
    if not wanted:
        return
    staged = pq.read_table(path, columns=list(wanted))
    for name, column in wanted.items():
        cells = staged[name]
        known = len(cells) - cells.null_count
        if not known or cells.null_count < max(LEAST, known) or not cells[0].is_valid:
            continue
        # a value that comes back later is a list with gaps, not a group with a heading
        if len(pc.unique(cells.drop_null())) == known:
            listing.find("info", "fill_offered", layout.last, column.header, args={"count": cells.null_count})
