"""Check, confirm, load, undo and reading: the one place that runs exports -> store -> warehouse.

    check    read files and show what they would change; nothing is entered
    confirm  enter what was checked, all at once
    load     both in one, for the command line
    correct  put one value right, whatever ledgers repeat; retract takes that back
    undo     withdraw batches; the figures are those of the batches that still stand
    reader   open the current figures
"""

from __future__ import annotations

from kpi.pipeline.asked import SUFFIXES, collect, moment
from kpi.pipeline.assessing import assess, assessable, assessed_in, assessments, in_force
from kpi.pipeline.bounding import bound, bounds, shapes
from kpi.pipeline.correcting import correct, correctable, corrected, correction, retract, retraction, stands
from kpi.pipeline.drafts import check, discard, draft, preview, recheck
from kpi.pipeline.entering import confirm, load, rebuild, undo
from kpi.pipeline.keeping import place
from kpi.pipeline.listing import batches, original, status
from kpi.pipeline.marking import error_workbook, error_workbooks
from kpi.pipeline.opening import current, reader
from kpi.pipeline.watching import watch
from kpi.store.archive import digest

__all__ = [
    "SUFFIXES", "assess", "assessable", "assessed_in", "assessments", "batches", "bound", "bounds", "check", "collect", "confirm", "correct", "correctable", "corrected", "correction", "current", "digest", "discard",
    "draft", "error_workbook", "error_workbooks", "in_force", "load", "moment", "original", "place", "preview", "reader", "rebuild", "recheck", "retract", "retraction", "shapes", "stands", "status", "undo", "watch",
]
