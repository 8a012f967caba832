"""Charts, waiting times and comparisons as plain data, so that anyone can check them against another tool."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kpi.engine import Engine
from kpi.stats import funnel as units
from kpi.stats import spc, survival

LIMITS = ("mean", "lpl", "upl", "nlpl", "nupl")
QUANTILES = {"p25": 0.25, "median": 0.5, "p75": 0.75, "p85": 0.85}


def chart(engine: Engine, source: str, *, shares: bool = False, screen: bool = True, minutes: float | None = None, better: str = "none", target: float | None = None) -> dict[str, Any]:
    """Return a control chart: {mean, lpl, upl, nlpl, nupl, points: [{month, value, phase, rule, limits}], variation, assurance, ...}.

    The limits at the top are those of the last point. `source` is one of `spc.xmr`, with `shares` one of `spc.laney`.
    """
    return _told(engine.rows(spc.laney(source, screen=screen) if shares else spc.xmr(source, screen=screen, minutes=minutes)), shares, screen, minutes, better, target)


def charts(engine: Engine, sources: Mapping[str, str], *, shares: bool = False, minutes: float | None = None, better: Mapping[str, str],
           targets: Mapping[str, float] | None = None) -> dict[str, dict[str, Any]]:
    """Return the control chart (`chart`) of each of several sources by name, all in one statement; `better` says of each which way is better, `targets` of some what to reach."""
    if not sources:
        return {}
    every = " union all ".join(f"select '{name}' as name, source.* from ({source}) as source" for name, source in sources.items())
    rows = engine.rows(spc.laney(every, ("name",)) if shares else spc.xmr(every, ("name",), minutes=minutes))
    return {name: _told([row for row in rows if row["name"] == name], shares, True, minutes, better[name], (targets or {}).get(name)) for name in sources}


def _told(rows: Sequence[dict[str, Any]], shares: bool, screen: bool, minutes: float | None, better: str, target: float | None) -> dict[str, Any]:
    last = rows[-1] if rows else None
    kept = ("month", "value", *(("hits", "n") if shares else ()), "phase", "rule", *LIMITS)
    return {
        **{name: last[name] if last else None for name in LIMITS},
        "points": [{name: row[name] for name in kept} for row in rows],
        "variation": spc.variation(last, better), "assurance": spc.assurance(last, better, target),
        "chart": "p'" if shares else "XmR", "scale": "log" if minutes else "linear", "screened": screen, "ceiling": bool(last and last["ceiling"]), "run": spc.RUN, "enough": spc.ENOUGH,
    }


def waits(engine: Engine, source: str, days: Sequence[int], values: Sequence[Any] = ()) -> dict[str, Any]:
    """Return {groups: [{unit, n, closed, p25, median, p75, p85, within}]} of a query with the columns unit, days and outcome; `values` are its parameters.

    Each quantile is [days, low, high], null where the curve never falls that far; `within` the share reached by each number of days.
    """
    days = list(dict.fromkeys(days))
    rows, picks, shares = [], [], []
    for n in days:
        row, pick = survival.within(n, 1, f"w{n}", ("unit",))
        rows.append(row)
        picks.append(pick)
        shares.append(f"w{n}, {survival.log_log(f'w{n}', f'w{n}_v', f'w{n}')}")
    quantiles = [survival.quantile(p, name) for name, p in QUANTILES.items()]
    bounds = [f"{name}{end}" for name in QUANTILES for end in ("", "_low", "_high")]
    found = engine.rows(
        f"with {survival.curve(source, ('unit',))}, marked as (select *{''.join(', ' + row for row in rows)} from curve),"
        f" picked as (select unit, sum(d1) as closed, sum(d2) as other, max(n) as n, {', '.join([*quantiles, *picks])} from marked group by unit)"
        f" select unit, n, closed, other, {', '.join([*bounds, *shares])} from picked order by unit nulls first",
        list(values),
    )
    groups = []
    for row in found:
        group: dict[str, Any] = {"unit": row["unit"], "n": int(row["n"]), "closed": int(row["closed"])}
        if row["other"]:
            group["cancelled"] = int(row["other"])
        for name in QUANTILES:
            group[name] = None if row[name] is None else [row[name], row[f"{name}_low"], row[f"{name}_high"]]
        group["within"] = [{"days": n, "share": row[f"w{n}"], "low": row[f"w{n}_low"], "high": row[f"w{n}_high"]} for n in days]
        groups.append(group)
    return {"groups": groups}


def comparison(engine: Engine, source: str) -> dict[str, Any]:
    """Return {theta, phi, tau2, units: [{unit, hits, n, value, low, high, shrunk, flag95, flag998, limits}]} of a query with unit, hits and n."""
    rows = engine.rows(units.funnel(source))
    shared = ("theta", "phi", "tau2")
    return {**{name: rows[0][name] if rows else None for name in shared}, "units": [{name: value for name, value in row.items() if name not in shared} for row in rows]}
