"""How far the ledgers can be trusted: rules across rows and tables, completeness and precision, each with the rows behind it."""

from __future__ import annotations

from kpi.quality.check import find
from kpi.quality.document import markdown
from kpi.quality.entered import findings_of
from kpi.quality.figures import completeness, months, overview, precision, trend
from kpi.quality.findings import explain, findings, rules, summary
from kpi.quality.ledger import NEEDED, TIMED
from kpi.quality.rows import rows_behind
from kpi.quality.whole import astray, population

__all__ = ["NEEDED", "TIMED", "astray", "completeness", "explain", "find", "findings", "findings_of", "markdown", "months", "overview", "population", "precision", "rows_behind", "rules", "summary", "trend"]
