"""The commands that bring ledgers in: check, confirm, load, undo, batches, original."""

from __future__ import annotations

import json

import pytest

from kpi import pipeline
from kpi.__main__ import _parser, main
from kpi.exports import confined

HEAD = "报装编号,用户名称,网格,报装日期,具备通气条件时间,通气时间\n"


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("KPI_HOME", str(tmp_path / "store"))

    def ran(*words):
        code = main([str(word) for word in words])
        told = capsys.readouterr()
        return code, told.out, told.err

    return ran


def test_check_confirm_undo(run, tmp_path):
    path = tmp_path / "五月.csv"
    path.write_text(HEAD.replace("\n", ",到厅几回\n") + "A1,示例甲厂,G1,2024-05-01,,\nA2,示例乙厂,G1,2024-15-01,,\n", encoding="utf-8")
    code, out, err = run("check", path)
    assert code == 3 and "忽略的列：G 到厅几回" in err and "将新增 1、更新 0、不变 0、退回 1" in err and "2024-15-01" in err
    code, out, _ = run("check", path, "--format", "json", "--errors", tmp_path / "marked")
    told = json.loads(out)
    assert code == 3 and told["counts"]["added"] == 1 and [p.suffix for p in (tmp_path / "marked").iterdir()] == [".xlsx"]
    code, _, err = run("confirm", told["draft"], "--whole")
    assert code == 3 and "1 处错误" in err
    code, out, _ = run("confirm", told["draft"], "--format", "json")
    assert code == 0 and json.loads(out)["batches"] == [2]
    code, out, _ = run("batches", "--format", "json")
    assert [(b["id"], b["standing"], b["rejected"]) for b in json.loads(out)] == [(2, True, 1)]
    assert run("original", 2, "--out", tmp_path / "back")[0] == 0
    assert (tmp_path / "back" / "五月.csv").read_bytes() == path.read_bytes()
    assert run("undo", 2, "--reason", "传错了")[0] == 0
    assert run("status")[0] == 4
    assert run("undo", 2)[0] == 2


def test_a_screen_holds_two_hundred_errors_and_says_where_the_others_are(run, tmp_path):
    path = tmp_path / "五月.csv"
    path.write_text(HEAD + "".join(f"A{i},示例甲厂,G1,某日,,\n" for i in range(230)), encoding="utf-8")
    code, _, err = run("check", path)
    lines = [line for line in err.splitlines() if line.startswith("五月.csv [五月] 第")]
    assert (code, len(lines), "退回 230" in err) == (3, 200, True)
    assert "还有 30 条" in err and "--errors" in err


def test_a_mapping_file(run, tmp_path):
    path = tmp_path / "怪.csv"
    path.write_text("单号,客户,何时报\nA1,示例甲厂,2024-05-01\n", encoding="utf-8")
    wish = {"怪.csv": {"sheets": {"怪": {"table": "application", "header_row": 1, "columns": {"A": "app_id", "B": "customer_name", "C": "applied_at"}}}}}
    (tmp_path / "m.json").write_text(json.dumps(wish), encoding="utf-8")
    assert run("load", path, "--mapping", tmp_path / "m.json")[0] == 0
    assert pipeline.reader().rows("select app_id from application") == [{"app_id": "A1"}]
    code, _, err = run("load", path, "--mapping", path)
    assert code == 2 and "列对应文件" in err


def test_what_is_missing_is_said(run, tmp_path):
    assert run("load")[0] == 2
    assert run("load", "--watch", tmp_path / "none")[0] == 2
    assert run("confirm", "abc")[0] == 4
    assert run("confirm", "../../etc")[0] == 4
    assert run("original", 7)[0] == 2


def test_templates(run, tmp_path):
    code, out, _ = run("template", "--out", tmp_path / "t", "--table", "charge")
    assert code == 0 and [line.rsplit("/", 1)[1] for line in out.split()] == [p.name for p in (tmp_path / "t").iterdir()]
    assert run("load", tmp_path / "t")[0] == 0
    code, _, err = run("template", "--out", tmp_path / "t", "--table", "charges")
    assert code == 2 and "charge" in err


@pytest.mark.parametrize(("words", "begins"), [(["load", "a.csv"], True), (["check", "a.csv"], True), (["status"], False)])
def test_what_reads_files_is_begun_before_the_command_is_imported(words, begins, monkeypatch):
    begun = []
    monkeypatch.setattr(confined, "prepare", lambda: begun.append(words))
    assert _parser(words[0]).parse_args(words).command == words[0]
    assert begun == [words] * begins
