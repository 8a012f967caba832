"""What is derived from the facts side by side is what is derived one after another."""

from __future__ import annotations

import re
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from kpi import pipeline, quality
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


@pytest.mark.parametrize("failing", ["facts", "checks", "first", "second", ""])
def test_what_fails_on_either_side_is_raised_once_both_have_ended(failing, monkeypatch):
    ended = []

    def done(con, name: str) -> None:
        con.execute(f"create table side_{name} as select 1 as n")
        ended.append(name)
        if name == failing:
            raise ValueError(name)

    def facts(con, as_of, evident):
        evident()
        done(con, "facts")

    def checks(con, stand):
        stand()
        done(con, "checks")

    class Rollups:
        def begin(self, con):
            return [lambda con: done(con, "first"), lambda con: done(con, "second")]

        def end(self, con):
            done(con, "end")

    monkeypatch.setattr(build, "facts", facts)
    with duckdb.connect() as con:
        con.execute("attach ':memory:' as build")
        con.execute("use build")
        with pytest.raises(ValueError, match=failing) if failing else nullcontext():
            build._derive(con, datetime(2024, 7, 1), False, checks, Rollups())
        assert ended[0] == "facts", "what waits for every fact comes after them"
        assert "checks" in ended
        assert failing or (sorted(ended[1:4]), ended[4]) == (["checks", "first", "second"], "end")
        assert ("end" in ended, "first" in ended) == (not failing, failing != "facts")
        assert con.execute(" union all ".join(f"select n from side_{name}" for name in ended)).fetchall() == [(1,)] * len(ended)


def test_checks_rest_on_tables_of_the_evidence_and_wait_for_the_one_of_later():
    """They run over a connection of their own while later facts are made: of those they would find nothing, and temporary tables they do not see."""
    made = {}
    for script in sorted(build.SQL.glob("*.sql")):
        made |= {name: (script.name, kind) for kind, name in re.findall(r"^create (temp )?(?:table|view) (\w+) as", script.read_text(encoding="utf-8"), re.MULTILINE)}
    read = {}
    for module in sorted(Path(quality.__file__).parent.glob("*.py")):
        asked = set(re.findall(r"\b(?:from|join) (\w+)\b", module.read_text(encoding="utf-8"))) & made.keys()
        read |= {(name, module.stem): made[name] for name in asked}
    assert not {name for name, (_, kind) in read.items() if kind}
    assert {name for name, (script, _) in read.items() if script > build.EVIDENCE} == {("told_late", "wholeness")}
    assert len(read) > 8
