"""What is derived from the facts side by side is what is derived one after another."""

from __future__ import annotations

from datetime import datetime

import duckdb
import pytest

from kpi import pipeline
from kpi.warehouse import build, stored
from tests.exports.conftest import text


def told(home) -> dict[str, list[tuple]]:
    with duckdb.connect(str(next((home / "builds").glob("*.duckdb"))), read_only=True) as con:
        names = [name for (name,) in con.execute("select table_name from information_schema.tables order by 1").fetchall()]
        return {name: con.execute(f"select * from {name} order by all").fetchall() for name in names}


def test_a_build_of_many_rows_tells_what_one_of_few_tells(tmp_path, monkeypatch):
    rows = [[f"BZ{n:05d}", f"示例{n}号厂", "G01", f"2024-05-{1 + n % 28:02d} 09:00", f"2024-06-{1 + n % 28:02d} 10:00", f"2024-06-{1 + n % 28:02d} {11 + n % 7}:00"] for n in range(0, 300, 2)]
    rows += [["BZ99999", "示例厂", "G01", "2024-06-09 09:00", "2024-06-05 10:00", "2024-06-04 10:00"]]
    path = text(tmp_path / "台账.csv", [["报装编号", "用户名称", "网格", "报装日期", "具备通气条件时间", "通气时间"], *rows])
    pipeline.load([path], tmp_path / "few", cutoff="2024-07-01")
    monkeypatch.setattr(build, "FEW", 0)
    monkeypatch.setattr(stored, "MANY", 0)
    pipeline.load([path], tmp_path / "many", cutoff="2024-07-01")
    few, many = told(tmp_path / "few"), told(tmp_path / "many")
    valued = many.pop("app_valued")
    assert few == many
    assert len(valued) == len(few["app_stored"]) == 151
    assert 0 < len(valued[0]) < len(few["app_stored"][0]), "columns without a value are not written"
    early = build.read(next((tmp_path / "many" / "builds").glob("*.duckdb")), "", datetime(2024, 7, 1), datetime(2024, 4, 1))
    assert early.rows("select count(*) as n from app") == [{"n": 0}]
    assert few["finding"] and few["rollup_fact_valve"] and few["quantile_fact_clock"] and few["population"]


@pytest.mark.parametrize("failing", [0, 1])
def test_what_fails_on_either_side_is_raised_once_both_have_ended(failing):
    ended = []

    def work(nth: int):
        def done(con):
            con.execute(f"create table side_{nth} as select {nth} as nth")
            ended.append(nth)
            if nth == failing:
                raise ValueError(str(nth))

        return done

    with duckdb.connect() as con:
        con.execute("attach ':memory:' as build")
        con.execute("use build")
        with pytest.raises(ValueError, match=str(failing)):
            build._derive(con, [(work(0),), (work(1),)], few=False)
        assert sorted(ended) == [0, 1]
        assert con.execute("select nth from side_0 union all select nth from build.side_1 order by 1").fetchall() == [(0,), (1,)]
