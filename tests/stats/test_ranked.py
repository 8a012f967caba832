"""Quantiles of many spans at once are those that the engine takes of the values of each, whatever the number of values, ties and months without any."""

from __future__ import annotations

import duckdb
import numpy as np
import pytest

from kpi.stats import ranked

SHARES = (0.5, 0.85, 1.0)


@pytest.mark.parametrize("count", [1, 2, 41, 5000])
def test_quantiles_are_those_of_the_engine(count):
    told = np.random.default_rng(count)
    parts = told.integers(0, 20, count).astype(np.uint16)
    months = np.arange(20) % 9
    values = np.ma.masked_where(told.random(count) < 0.1, np.round(told.normal(3, 2, count), 1) if count % 2 else told.random(count) * 40)
    spans = np.array([(first, last) for last in range(12) for first in {last, max(last - 2, 0), 0}])
    divisions = [(0,) * 20, tuple(part // 3 for part in range(20))]
    answers = ranked.divided(parts, values, divisions, months, spans, SHARES).reshape(-1, len(spans), len(SHARES))
    con = duckdb.connect()
    con.execute("create table v as select unnest(?::integer[]) as part, unnest(?::double[]) as value", [parts.tolist(), values.tolist()])
    con.execute("create table p as select unnest(range(20)) as part, unnest(?::integer[]) as month", [months.tolist()])
    con.execute("create table s as select unnest(range(?)) as nth, unnest(?::integer[]) as first, unnest(?::integer[]) as last", [len(spans), *spans.T.tolist()])
    cells = [(division, cell) for division in divisions for cell in dict.fromkeys(division)]
    assert len(cells) == len(answers)
    for (division, cell), answer in zip(cells, answers, strict=True):
        its = [part for part, one in enumerate(division) if one == cell]
        reckoned = con.execute(
            f"select nth, quantile_cont(value, {list(SHARES)}) from s left join (select * from v join p using (part) where part in {its}) on month between first and last group by nth order by nth"
        ).fetchall()
        for (_, known), one in zip(reckoned, answer, strict=True):
            assert np.isnan(one).all() if known is None else one.tolist() == pytest.approx(known, rel=1e-14, abs=1e-14)


def test_between_two_values_in_proportion():
    """Of 1, 2, 4 the median is 2 and 85% lies seven tenths of the way from 2 to 4; of a month without a value there is none."""
    found = ranked.quantiles(np.array([0, 0, 2]), np.array([1.0, 2.0, 4.0]), np.array([(0, 2), (1, 1), (2, 2)]), (0.5, 0.85))
    assert found[0].tolist() == pytest.approx([2.0, 3.4]) and np.isnan(found[1]).all() and found[2].tolist() == [4.0, 4.0]


@pytest.mark.parametrize("count", [3, 4, 9, 10, 1024, 1025])
def test_every_rank_is_found_whatever_the_stretches(count, monkeypatch):
    """Values from 1 up, one a month in turn of three: the quantile of any share is that of the list, at the ends of stretches too."""
    months, values = np.arange(count) % 3, np.arange(1.0, count + 1)
    shares = [place / (count - 1) for place in {0, 1, count // 2, count - 2, count - 1}]
    for longest in (1, 2, 1024):
        monkeypatch.setattr(ranked, "LONGEST", longest)
        found = ranked.quantiles(months, values, np.array([(0, 2), (1, 1), (2, 2), (3, 5)]), shares)
        assert found[0].tolist() == pytest.approx([float(np.quantile(values, share)) for share in shares]) and np.isnan(found[3]).all()
        for month in (1, 2):
            its = values[months == month]
            assert found[month].tolist() == pytest.approx([float(np.quantile(its, share)) for share in shares])
