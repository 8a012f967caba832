"""The log of actions: lines are added and nothing else; what was recorded is there for every later program."""

from __future__ import annotations

import sqlite3
import threading
from datetime import date, timedelta

import pytest

from kpi import __main__ as command_line
from kpi import store
from kpi.problems import Problem, UsageProblem
from kpi.store import actions as log
from kpi.store.journal import Journal
from kpi.store.schema import VERSION

SUBJECT = "missed:zero_fee:G03"


@pytest.fixture()
def home(tmp_path):
    return tmp_path / "store"


def add(home, subject=SUBJECT, due="2024-06-30", **more):
    return log.add(subject, "2024-05", more.get("what", "退还收费"), more.get("owner", "M03"), due, home)


def test_an_action_stands_until_it_is_closed_and_then_stays_in_sight(home):
    assert log.actions(home) == []
    later, first = add(home, due="2024-07-31"), add(home, due="2024-06-30", what="  核对\n收据  ")
    assert (later.number, first.number, first.what, first.opened_by) == (1, 2, "核对 收据", store.user())
    assert [a.number for a in log.actions(home)] == [2, 1], "the one that is due first leads"
    assert first.overdue(date(2024, 7, 1)) and not first.overdue(date(2024, 6, 30))
    opened = date.fromisoformat(first.opened_at[:10])
    assert first.age(opened + timedelta(days=9)) == 9
    closed = log.close(2, "已退", home)
    assert (closed.done, closed.closed_by, closed.open) == ("已退", store.user(), False) and not closed.overdue(date(2030, 1, 1))
    assert closed.age(opened + timedelta(days=900)) == 0, "a closed action ages no more"
    assert [(a.number, a.open) for a in log.actions(home)] == [(1, True), (2, False)]


def test_nothing_is_updated_or_deleted(home):
    add(home)
    log.close(1, "已办", home)
    with sqlite3.connect(home / "journal.sqlite") as journal:
        for statement in ("update decided set what = 'x'", "delete from decided", "update settled set done = 'x'", "delete from settled", "insert into settled values (9, 1, 'x', '', '')",
                          "insert or replace into settled values (9, 1, 'x', '', '')", "insert or replace into decided values (1, 'x', '2024-05', 'x', 'x', 'x', '', '')",
                          "pragma foreign_keys = on; insert into settled values (9, 7, 'x', '', '')"):
            with pytest.raises(sqlite3.DatabaseError):
                journal.executescript(statement)
        assert journal.execute("select id, what from decided").fetchall() == [(1, "退还收费")] and journal.execute("select id, done from settled").fetchall() == [(1, "已办")]
    journal.close()


def test_what_cannot_be_meant_is_refused(home):
    add(home)
    for call in (lambda: add(home, what=" "), lambda: add(home, owner=""), lambda: add(home, due="下周五"), lambda: add(home, what="长" * 501), lambda: log.add(SUBJECT, "5月", "核对", "M03", "2024-06-30", home),
                 lambda: log.close(9, "已办", home), lambda: log.close(1, "", home)):
        with pytest.raises(UsageProblem):
            call()
    log.close(1, "已办", home)
    with pytest.raises(UsageProblem, match="已由"):
        log.close(1, "又办", home)
    assert len(log.actions(home)) == 1


def test_many_at_once_lose_nothing_and_close_once(home):
    add(home)
    failed: list[Problem] = []

    def work(n: int) -> None:
        add(home, what=f"措施{n}")
        try:
            log.close(1, f"办结{n}", home)
        except UsageProblem as problem:
            failed.append(problem)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = log.actions(home)
    assert sorted(a.number for a in found) == list(range(1, 8)) and len({a.what for a in found}) == 7
    assert len(failed) == 5 and sum(not a.open for a in found) == 1


def test_a_journal_of_an_earlier_version_gets_the_log(home):
    home.mkdir()
    Journal(home).next("batch")
    with sqlite3.connect(home / "journal.sqlite") as journal:
        journal.executescript(f"drop table settled; drop table decided; pragma user_version = {VERSION - 1}")
    journal.close()
    assert add(home).number == 1
    with sqlite3.connect(home / "journal.sqlite") as journal:
        assert journal.execute("pragma user_version").fetchone() == (VERSION,)
        assert journal.execute("select value from counter").fetchall() == [(1,)]
        with pytest.raises(sqlite3.DatabaseError):
            journal.execute("delete from decided")
    journal.close()


def test_from_the_command_line(home, monkeypatch, capsys):
    monkeypatch.setenv("KPI_HOME", str(home))

    def run(*arguments: str) -> tuple[int, str, str]:
        code = command_line.main(["actions", *arguments])
        return code, *capsys.readouterr()

    assert run("add", SUBJECT, "--month", "2024-05", "--what", "核对收据", "--owner", "M03", "--due", "2024-06-30")[0] == 0
    assert "核对收据" in run()[1]
    assert run("close", "1", "--done", "已退费", "--format", "json")[0] == 0
    assert run("list", "--format", "json")[1] == "[]\n" and "已退费" in run("list", "--all")[1]
    for wrong in (("add", "no:such:thing", "--month", "2024-05"), ("add", SUBJECT, "--what", "核对"), ("close", "x"), ("close", "7", "--done", "已办")):
        code, _, said = run(*wrong)
        assert code == 2 and said.strip()
