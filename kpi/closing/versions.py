"""Versions of everything that decides a figure besides the ledgers: declarations, SQL of the facts, promises and rules."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from typing import Any

from kpi import standards
from kpi.metrics.model import Metric
from kpi.metrics.registry import METRICS
from kpi.pipeline.publishing import program
from kpi.standards.folder import reference
from kpi.warehouse.build import SQL
from kpi.words import Text

TOLD_ONLY = frozenset({"example", "clause", "controller", "confirmed_by", "better"})
"""What a declaration says to people and no figure depends on; its texts neither."""


def _hash(content: bytes) -> str:
    return hashlib.sha256(content.replace(b"\r\n", b"\n")).hexdigest()[:12]


def definition(metric: Metric) -> str:
    """Return the version of a KPI's declaration: the hash of all that its figure depends on."""
    told = [(f.name, getattr(metric, f.name)) for f in fields(metric) if f.name not in TOLD_ONLY and not isinstance(getattr(metric, f.name), Text)]
    return _hash(repr((metric.kind, told)).encode())


@cache
def _of_program() -> dict[str, Any]:
    return {
        "program": program(),
        "definitions": {m.id: definition(m) for m in METRICS},
        "facts": {path.name: _hash(path.read_bytes()) for path in sorted(SQL.glob("*.sql"))},
    }


def current() -> dict[str, Any]:
    """Return the versions in force: {program, definitions: {id: hash}, facts: {script: hash}, standards, reference: {file: hash}}."""
    return {**_of_program(), "standards": standards.version(), "reference": {path.name: _hash(path.read_bytes()) for path in sorted(reference().glob("*.csv"))}}


def changed(then: Mapping[str, Any], id: str | None = None) -> dict[str, list[str]]:
    """Return what has another version today than `then`: {definitions: ids (only `id` where given), facts: scripts, reference: files}, each in order."""
    now = current()
    found = {part: sorted(name for name in {*now[part], *then[part]} if now[part].get(name) != then[part].get(name)) for part in ("definitions", "facts", "reference")}
    if now["program"] != then["program"] and not found["facts"]:
        # the ledgers' rows are merged and read by the program itself
        found["facts"] = ["program"]
    if id is not None:
        found["definitions"] = [name for name in found["definitions"] if name == id]
    return found
