"""Findings on the sample ledgers beside an independent recomputation in pandas: as many, the same rows, nothing else."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pandas as pd
import pytest

from kpi import quality
from kpi.exports.tables import BY_NAME
from tests.conftest import SAMPLES

MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def frames(sample_con):
    """Every standing table as a frame."""
    return {name: sample_con.execute(f"select * from {name}").df() for name in BY_NAME}


def keys_of(sample, code: str, table: str, field: str | None = None) -> list[str]:
    return sorted(row["key"] for row in quality.findings(sample, code=code, table=table, limit=None) if field in (None, row["field"]))


def last(frame: pd.DataFrame, name: str) -> pd.Series:
    """The latest minute of a recorded time."""
    return frame[name].where(frame[f"{name}_p"] == "moment", frame[f"{name}_to"] - MINUTE)


ORDER = {
    "application": [("applied_at", "accepted_at"), ("applied_at", "gas_on_at"), ("applied_at", "ready_at"), ("accepted_at", "gas_on_at"), ("inside_started_on", "inside_done_on"),
                    ("inside_done_on", "accept_passed_at"), ("accept_passed_at", "gas_on_at"), ("accept_passed_at", "ready_at"), ("gas_requested_at", "gas_on_at"),
                    ("applied_at", "cancelled_on"), ("inside_done_on", "gas_on_at")],
    "work": [("gas_start_on", "boundary_ready_on")],
    "visit": [("booked_at", "arrived_at"), ("appt_start", "appt_end")],
    "charge": [("paid_on", "refunded_on")],
    "appeal": [("accepted_at", "fb_customer_at"), ("accepted_at", "fb_dept_at"), ("accepted_at", "closed_at"), ("fb_customer_at", "closed_at")],
    "project": [("first_known_at", "updated_on"), ("landed_on", "planned_production")],
}
"""Pairs of events that the samples record."""


@pytest.mark.parametrize("table", ORDER)
def test_dates_out_of_order(sample, frames, table):
    frame = frames[table]
    wrong = pd.Series(False, index=frame.index)
    for first, then in ORDER[table]:
        wrong |= (frame[first] > last(frame, then)).fillna(False)
    assert keys_of(sample, "dates_out_of_order", table) == sorted(frame.loc[wrong, "_key"])


def test_gas_on_before_ready(sample, frames):
    frame = frames["application"]
    assert keys_of(sample, "gas_on_before_ready", "application") == sorted(frame.loc[(frame.ready_at > last(frame, "gas_on_at")).fillna(False), "_key"])


def test_dates_in_the_future(sample, frames):
    for table in ("project", "work", "application", "visit", "charge", "appeal", "followup"):
        frame = frames[table]
        names = [f.name for f in BY_NAME[table].fields if f.kind == "time" and not f.planned]
        expected = sorted(key for name in names for key in frame.loc[frame[name] >= sample.as_of, "_key"])
        assert keys_of(sample, "date_in_future", table) == expected, table


def test_nothing_was_copied_down(sample, frames):
    """The generator copies no time; five equal neighbours planted into a frame are found by the same recomputation."""

    def runs(frame: pd.DataFrame, name: str) -> int:
        timed = frame.loc[frame[f"{name}_p"] == "moment"].sort_values(["_file", "_sheet", "_row"])
        new = (timed[name] != timed[name].shift()) | (timed["_sheet"] != timed["_sheet"].shift()) | (timed["_file"] != timed["_file"].shift()) | (timed["_row"] != timed["_row"].shift() + 1)
        return int((timed.groupby(new.cumsum()).size() >= 5).sum())

    for table in ("application", "visit", "appeal", "followup", "clock_stop"):
        frame = frames[table]
        found = {f.name: runs(frame, f.name) for f in BY_NAME[table].fields if f.kind == "time" and not f.planned}
        assert len(keys_of(sample, "copied_down", table)) == sum(found.values()), (table, found)


def test_numbering_gaps(sample, frames):
    for table in ("application", "project", "work", "visit", "charge", "appeal", "followup", "clock_stop"):
        ids = frames[table][BY_NAME[table].key[0]].dropna()
        parts = ids.str.extract(r"^(.*?)(20\d\d)?(\d+)$")
        missing = 0
        for _, numbers in parts.groupby(parts[0] + parts[1].fillna(""))[2]:
            seen = sorted(int(n) for n in numbers)
            missing += sum(b - a - 1 for a, b in zip(seen, seen[1:], strict=False))
        assert sum(row["args"]["missing"] for row in quality.findings(sample, code="number_gap", table=table, limit=None)) == missing, table


def test_terms(sample, frames):
    terms = frames["term"].sort_values(["grid_code", "valid_from"])
    gaps, overlaps = [], []
    for _, of_grid in terms.groupby("grid_code"):
        end = None
        for row in of_grid.itertuples():
            if end is not None:
                gaps += [row._key] if row.valid_from > end else []
                overlaps += [row._key] if row.valid_from < end else []
            until = pd.Timestamp.max if pd.isna(row.valid_to_to) else row.valid_to_to
            end = until if end is None else max(end, until)
    columns = {name: position for position, name in enumerate(terms.columns, start=1)}
    assert "_key" in columns
    assert keys_of(sample, "term_gap", "term") == sorted(gaps) and keys_of(sample, "term_overlap", "term") == sorted(overlaps)


def test_orphans(sample, frames):
    known = set(frames["application"].app_id.dropna())
    for table in ("work", "visit", "charge", "appeal", "followup", "clock_stop"):
        told = frames[table]
        assert keys_of(sample, "unknown_application", table) == sorted(told.loc[told.app_id.notna() & ~told.app_id.isin(known), "_key"]), table


def test_reported_durations_against_what_truly_happened(sample):
    """Each 0.5 day that is called too short belongs to a case that truly took longer."""
    truth = {case["app_id"]: case for case in json.loads((SAMPLES / "truth.json").read_text(encoding="utf-8"))["cases"]}
    told = quality.findings(sample, code="duration_understated", limit=None)
    assert told and all(row["value"] == "0.5天" for row in told)
    assert [row["key"] for row in told if truth[row["key"]]["valve"]] == []


def test_every_finding_of_the_samples_is_of_a_kind_that_is_there(sample):
    """What the generator writes carelessly, and nothing else: no rule cries wolf on 10,000 rows."""
    assert {row["code"] for row in quality.summary(sample)} <= {
        "duration_understated", "date_in_future", "dates_out_of_order", "stop_not_counted", "fee_item_bundled", "connected_without_date", "ready_without_date",
    }


def test_findings_of_some_files(sample):
    """A draft shows what points into its own files."""
    whole = quality.findings(sample, limit=None)
    name = "费用台账.xlsx"
    assert quality.findings(sample, files=[name], limit=None) == [row for row in whole if row["file"] == name] != []
    assert quality.findings(sample, files=[], limit=None) == []


def test_every_finding_leads_to_its_row(sample, frames):
    for row in quality.findings(sample, limit=None):
        standing = frames[row["table"]]
        at = standing[(standing["_file"] == row["file"]) & (standing["_sheet"] == row["sheet"]) & (standing["_row"] == row["row"])]
        assert list(at["_key"]) == [row["key"]]
        assert not re.search(r"\d{11}", row["reason"].replace(row["key"], ""))
