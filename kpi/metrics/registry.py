"""Every KPI, in the order of the catalogue, and how to find one by id or code."""

from __future__ import annotations

from kpi.metrics import (
    appeals,
    clocks,
    completion,
    contacts,
    duties,
    early_works,
    projects,
    promises,
    promptness,
    ratings,
    satisfaction,
    time_to_gas,
    works,
    zero_errand,
    zero_fee,
    zero_material,
)
from kpi.metrics.elsewhere import linked, unmeasured
from kpi.metrics.model import Metric
from kpi.problems import UsageProblem, did_you_mean

_MODULES = (promises, time_to_gas, clocks, zero_material, zero_errand, zero_fee, early_works, promptness, satisfaction, duties, projects, works, appeals, contacts, ratings, completion)

METRICS: tuple[Metric, ...] = tuple(sorted((m for module in _MODULES for m in module.METRICS), key=lambda m: m.code))
_BY_ID = {m.id: m for m in METRICS}


def metric(id: str) -> Metric:
    """Return the KPI of an id; raises UsageProblem when there is none."""
    return find(id)[0] if id in _BY_ID else _unknown(id)


def find(name: str | None = None) -> list[Metric]:
    """Return the KPIs of an id or a catalogue code (K02 names several, R03 those it is made up of), all for None; raises UsageProblem when there is none."""
    if name is None:
        return list(METRICS)
    if name in _BY_ID:
        return [_BY_ID[name]]
    made_of = dict.fromkeys(id for entry in linked(name) for part in entry.parts for id in part.ids)
    return [m for m in METRICS if m.code == name.upper()] or [_BY_ID[id] for id in made_of] or [_unknown(name)]


def _unknown(name: str) -> Metric:
    for entry in unmeasured(name):
        raise UsageProblem(f"{entry.code} {entry.label.zh}：未测量。{entry.reason.zh}", f"{entry.code} {entry.label.en}: not measured. {entry.reason.en}")
    near = did_you_mean(name, [*_BY_ID, *(m.code for m in METRICS)])
    raise UsageProblem(
        f"没有“{name}”这个指标" + (f"，是不是 {near}？" if near else "；用 list 命令查看全部指标。"),
        f"No KPI '{name}'" + (f"; did you mean {near}?" if near else "; see the command list."),
    )
