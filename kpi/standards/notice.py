"""Importing a published holiday notice: the days off and the make-up working days of one year become official."""

from __future__ import annotations

import csv
import os
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from kpi.problems import UsageProblem
from kpi.standards.folder import reference
from kpi.standards.folder import rows as read_csv

COLUMNS = ("date", "is_workday", "kind", "name", "status", "source")


def days(text: str) -> list[date]:
    """Return the days of a list such as 2027-01-01..2027-01-03,2027-02-05; raises UsageProblem for anything else."""
    found: list[date] = []
    for part in (part.strip() for part in text.split(",") if part.strip()):
        first, _, last = part.partition("..")
        try:
            begin, end = date.fromisoformat(first), date.fromisoformat(last or first)
        except ValueError as error:
            raise UsageProblem(f"“{part}”应写成 2027-01-01 或 2027-01-01..2027-01-03。", f"'{part}' should read 2027-01-01 or 2027-01-01..2027-01-03.") from error
        if end < begin:
            raise UsageProblem(f"“{part}”的结束早于开始。", f"'{part}' ends before it begins.")
        found += [begin + timedelta(days=i) for i in range((end - begin).days + 1)]
    return found


def import_notice(*, year: int, off: str, work: str, source: str, folder: Path | None = None) -> dict[str, Any]:
    """Make a year official with its days off and make-up working days; the file is replaced at once or not at all.

    Returns {"year", "source", "changed": [{"date", "was", "is"}]} with the days whose work changed.
    """
    folder = folder or reference()
    path = folder / "calendar.csv"
    free, worked = set(days(off)), set(days(work))
    wrong = sorted(on for on in free | worked if on.year != year)
    if wrong:
        raise UsageProblem(f"{wrong[0]} 不在 {year} 年。", f"{wrong[0]} is not in {year}.")
    if free & worked:
        raise UsageProblem(f"{min(free & worked)} 既放假又上班。", f"{min(free & worked)} is both off and worked.")
    if not free:
        raise UsageProblem("放假日期不能为空。", "The days off must not be empty.")
    weekdays = sorted(on for on in worked if on.weekday() < 5)
    if weekdays:
        raise UsageProblem(f"调休上班日 {weekdays[0]} 本来就是工作日。", f"Make-up day {weekdays[0]} is a weekday anyway.")
    rows = {date.fromisoformat(row["date"]): row for row in read_csv(path)}
    on = date(year, 1, 1)
    if on not in rows and on - timedelta(days=1) not in rows:
        raise UsageProblem(f"请先导入 {year - 1} 年的放假通知。", f"Import the notice of {year - 1} first.")
    changed = []
    while on.year == year:
        was = rows.get(on)
        weekend = on.weekday() >= 5
        is_workday = on in worked or (not weekend and on not in free)
        kind = "makeup" if on in worked else "holiday" if on in free else "weekend" if weekend else "weekday"
        name = was["name"] if was and not is_workday else ""
        rows[on] = {"date": on.isoformat(), "is_workday": str(int(is_workday)), "kind": kind, "name": name, "status": "official", "source": source}
        if was is None or was["is_workday"] != rows[on]["is_workday"]:
            changed.append({"date": on.isoformat(), "was": was["is_workday"] if was else None, "is": rows[on]["is_workday"]})
        on += timedelta(days=1)
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows[on] for on in sorted(rows))
        handle.flush()
        os.fsync(handle.fileno())
    part.replace(path)
    return {"year": year, "source": source, "changed": changed}
