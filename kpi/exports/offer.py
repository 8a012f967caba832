"""What a person may choose after seeing a sheet: to fill a column down whose value seems to stand once for several rows."""

from __future__ import annotations

from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq

from kpi.exports import headers
from kpi.exports.layout import Layout
from kpi.exports.report import Listing

FILLABLE = ("grid_code", "grid_name", "manager", "park", "project_id", "app_id")
"""Columns that offices fill on the first row of a group only."""

LEAST = 3
"""Rows left blank below a filled one from which on filling down is offered."""


def fill(path: Path, layout: Layout, taken: list[str], listing: Listing) -> None:
    """Offer to fill down columns that begin with a value and leave most rows below blank; nothing is filled unasked."""
    wanted = {name: column for name in FILLABLE if (column := layout.column(name)) is not None and headers.letter(column.at) not in taken}
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
