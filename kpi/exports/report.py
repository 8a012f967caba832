"""The list of what happened to the rows of one sheet: rejects, findings, skips, with a bound on how many are listed."""

from __future__ import annotations

from typing import Any

from kpi.exports import masks
from kpi.exports.fields import Field
from kpi.exports.values import shown


class Listing:
    """Collects entries of one sheet in the shape of the report; counts go on where the lists are full."""

    def __init__(self, sheet: str, most: int) -> None:
        self.sheet = sheet
        self.most = most
        self.rejects: list[dict[str, Any]] = []
        self.findings: list[dict[str, Any]] = []
        self.skips: list[dict[str, Any]] = []
        self.unlisted = 0
        self.rejected = 0
        self.skipped = 0

    @property
    def rejects_left(self) -> int:
        """How many rejects can still be listed."""
        return self.most - len(self.rejects)

    @property
    def findings_left(self) -> int:
        """How many findings can still be listed."""
        return self.most - len(self.findings)

    def beyond(self, *, rows: int = 0, cells: int = 0) -> None:
        """Rejected rows, and cells or findings, for which there is no room."""
        self.rejected += rows
        self.unlisted += rows + cells

    def skip(self, row: int, code: str) -> None:
        """A row that is no data, or none of ours."""
        self.skipped += 1
        if len(self.skips) < self.most:
            self.skips.append({"sheet": self.sheet, "row": row, "code": code})
        else:
            self.unlisted += 1

    def reject(self, level: str, row: int, header: str, value: Any, field: Field | None, code: str, args: dict[str, Any]) -> None:
        """A row that is not loaded, or a cell whose value stays unknown."""
        if level == "row":
            self.rejected += 1
        if len(self.rejects) < self.most:
            self.rejects.append(
                {"sheet": self.sheet, "row": row, "column": header, "value": masks.shown(shown(value), field), "level": level, "code": code, "args": args}
            )
        else:
            self.unlisted += 1

    def find(self, severity: str, code: str, row: int | None = None, header: str = "", value: Any = "", field: Field | None = None, args: dict[str, Any] | None = None) -> None:
        """Something worth knowing that keeps nothing out."""
        if len(self.findings) < self.most:
            self.findings.append(
                {"sheet": self.sheet, "row": row, "column": header, "value": masks.shown(shown(value), field), "severity": severity, "code": code, "args": args or {}}
            )
        else:
            self.unlisted += 1

    def close(self) -> None:
        """Put entries in order of rows and say how many did not fit."""
        for entries in (self.rejects, self.findings, self.skips):
            entries.sort(key=lambda entry: entry["row"] or 0)
        if self.unlisted:
            self.findings.append(
                {"sheet": self.sheet, "row": None, "column": "", "value": "", "severity": "warning", "code": "not_all_listed", "args": {"count": self.unlisted}}
            )
