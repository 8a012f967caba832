"""Months that stay closed: what was reported is frozen with everything it rests on; whatever comes later stands beside it, never in its place.

    close, reopen   issue a month, or take that back with a reason
    over            whether a month has ended
    ready           what is still missing before a month can be issued
    reported        what a report of an issued month shows: the figures and cases as they were issued
    restated        how the figures of an issued month would read today
    explain         why: the cases that differ, and the rows of the ledgers through which they came to differ
"""

from __future__ import annotations

from kpi.closing.checks import over, ready
from kpi.closing.explain import explain
from kpi.closing.issuing import close, history, issued, reopen, standing
from kpi.closing.restated import differs, reported, restated

__all__ = ["close", "differs", "explain", "history", "issued", "over", "ready", "reopen", "reported", "restated", "standing"]
