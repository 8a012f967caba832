"""Reports on a schedule: whole files or none, one run at a time, a log in words; and the link for a group robot, which tells nothing else."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import urllib.parse
from dataclasses import replace
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from filelock import FileLock

from kpi import pipeline, schedule
from kpi.__main__ import main
from kpi.engine import DuckEngine
from kpi.problems import Problem, UsageProblem
from kpi.reports import kinds
from kpi.schedule import pushing
from tests.closing.ledgers import GRIDS, HEAD, ROWS, ledger

SECRET = "SEC-zebra-unheard"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A store whose data ends in the middle of June: May is the last month that is over."""
    folder = tmp_path_factory.mktemp("schedule")
    pipeline.load([ledger(folder, "网格台账.csv", GRIDS), ledger(folder, "报装台账.csv", HEAD + ROWS)], folder / "store", cutoff="2024-06-15")
    return folder / "store"


@pytest.fixture
def run(home, tmp_path, monkeypatch, capsys):
    """Run the command; returns (exit code, lines of log, paths printed)."""
    monkeypatch.setenv("KPI_HOME", str(home))

    def one(*more: str) -> tuple[int, list[str], list[str]]:
        code = main(["report", "--out", str(tmp_path / "out"), *more])
        told = capsys.readouterr()
        return code, told.err.splitlines(), told.out.splitlines()

    return one


def test_every_kind_stands_in_the_folder_of_the_last_month_that_is_over(run, tmp_path):
    code, log, paths = run("--month", "last", "--all", "--log", str(tmp_path / "log.txt"))
    folder = tmp_path / "out" / "2024-05"
    assert code == 0 and sorted(paths) == sorted(str(path) for path in folder.iterdir()), "and nothing else stands there"
    assert {path.suffix for path in folder.iterdir()} >= {".xlsx", ".csv", ".json"}
    assert "开始导出2024年5月：数据截至2024年6月15日，未签发" in log[0] and "退出码0" in log[-1] and len(log) == 2 * len(kinds.KINDS) + 2
    assert [line[20:] for line in log[1:4:2]] == ["正在生成第1/5项：Excel 月报", "正在生成第2/5项：工作报告（Word、PDF）"] and "已写出Excel 月报" in log[2]
    assert (tmp_path / "log.txt").read_text(encoding="utf-8").splitlines() == log and all(datetime.fromisoformat(line[:19]) for line in log)
    before = {path: path.read_bytes() for path in folder.iterdir()}
    assert run("--month", "2024-05", "--kind", "government", "--kind", "standard")[0] == 0
    assert {path: path.read_bytes() for path in folder.iterdir()} == before, "the same data gives the same bytes"


def test_reports_of_one_run_ask_the_build_each_statement_once(home, monkeypatch):
    asked = []
    answer = DuckEngine.rows
    monkeypatch.setattr(DuckEngine, "rows", lambda self, sql, params=None: asked.append((sql, repr(params))) or answer(self, sql, params))
    about = schedule.asked("2024-05", home)
    before = len(asked)
    first = about.engine.rows("select grid_code from grid order by grid_code")
    first[0]["grid_code"] = "another"
    assert about.engine.rows("select grid_code from grid order by grid_code") == [{"grid_code": "G1"}, {"grid_code": "G2"}] and len(asked) == before + 1
    assert [about.engine.rows("select ? as x", [x])[0]["x"] for x in (1, "1", True, None)] == [1, "1", True, None]
    kinds.KINDS["slides"](about)
    assert len(asked) > before + 100 and len(set(asked[before:])) == len(asked) - before


def test_a_kind_that_fails_leaves_its_former_file_and_the_others(run, tmp_path, monkeypatch):
    assert run("--month", "2024-05", "--kind", "standard")[0] == 0
    folder = tmp_path / "out" / "2024-05"
    former = {path.name: path.read_bytes() for path in folder.iterdir()}

    def broken(_):
        raise Problem("画不出来", "no picture")

    monkeypatch.setitem(kinds.KINDS, "standard", broken)
    monkeypatch.setitem(kinds.KINDS, "workbook", lambda _: {"a.xlsx": b"1"})
    code, log, paths = run("--month", "2024-05", "--kind", "workbook", "--kind", "standard")
    assert code == 1 and [path.rsplit("/")[-1] for path in paths] == ["a.xlsx"] and any("没有写出指标表：画不出来" in line for line in log)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == former | {"a.xlsx": b"1"}


def test_two_runs_do_not_meet_and_a_place_that_takes_nothing_is_said(run, tmp_path):
    (tmp_path / "out").mkdir()
    with FileLock(tmp_path / "out" / ".report.lock"):
        code, log, paths = run("--month", "2024-05", "--kind", "standard")
    assert code == 4 and not paths and "另一次导出" in log[-1]
    (tmp_path / "out" / "2024-05").write_text("a file, no folder")
    code, log, paths = run("--month", "2024-05", "--kind", "standard")
    assert code == 3 and not paths and "写不进" in log[-1]
    assert run("--month", "2024-05", "--kind", "workbok")[0] == 2


class Robot(BaseHTTPRequestHandler):
    """Answers as told and keeps what it was sent."""

    def do_POST(self):
        self.server.seen.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
        status, body = self.server.answers.pop(0)
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    found = HTTPServer(("127.0.0.1", 0), Robot)
    found.seen, found.answers = [], []
    threading.Thread(target=found.serve_forever, args=(0.02,), daemon=True).start()
    yield found
    found.shutdown()
    found.server_close()


def robot(server, kind: str, secret: str = "") -> schedule.Robot:
    return schedule.Robot(kind, f"http://127.0.0.1:{server.server_port}/robot?key={SECRET}", "https://kpi.example.cn/{month}/{file}", secret)


LINK = f"https://kpi.example.cn/2024-05/{urllib.parse.quote('月报.pdf')}"


def test_each_robot_gets_the_body_it_takes(server):
    server.answers = [(200, b'{"errcode":0,"errmsg":"ok"}'), (200, b'{"errcode":0}'), (200, b'{"code":0,"msg":"success"}'), (200, b'{"StatusCode":0}')]
    for kind, secret in (("wecom", ""), ("dingtalk", "s1"), ("feishu", "s2"), ("feishu", "")):
        schedule.push(robot(server, kind, secret), "2024-05", "月报.pdf")
    text = f"企业用户获得用气“1.5”流程指标月报（2024年5月）已生成：{LINK}"
    bodies = [body for _, body in server.seen]
    assert bodies[0] == bodies[1] == {"msgtype": "text", "text": {"content": text}} and bodies[3] == {"msg_type": "text", "content": {"text": text}}
    # signatures as the platforms publish them: DingTalk signs "time\nsecret" with the secret, Feishu nothing with "time\nsecret"
    asked = dict(urllib.parse.parse_qsl(server.seen[1][0].split("?")[1]))
    assert asked["sign"] == base64.b64encode(hmac.new(b"s1", f"{asked['timestamp']}\ns1".encode(), hashlib.sha256).digest()).decode() and len(asked["timestamp"]) == 13
    signed = bodies[2]
    assert signed["sign"] == base64.b64encode(hmac.new(f"{signed['timestamp']}\ns2".encode(), b"", hashlib.sha256).digest()).decode() and len(signed["timestamp"]) == 10


@pytest.mark.parametrize(("answers", "asked", "why"), [
    ([(500, b""), (200, b'{"errcode":0}')], 2, ""), ([(500, b""), (502, b"")], 2, "HTTP 502"), ([(404, b"")], 1, "HTTP 404"), ([(200, b'{"errcode":93000,"errmsg":"x"}')], 1, "返回码93000"),
    ([(200, b"<html>")], 1, "应答认不出"), ([(200, b"[]")], 1, "返回码None"), ([(302, b"")], 1, "HTTP 302"),
])
def test_a_robot_is_asked_once_more_at_most(server, answers, asked, why):
    server.answers = list(answers)
    if why:
        with pytest.raises(Problem) as told:
            schedule.push(robot(server, "wecom"), "2024-05", "月报.pdf")
        assert why in told.value.zh and SECRET not in told.value.zh + told.value.en
    else:
        schedule.push(robot(server, "wecom"), "2024-05", "月报.pdf")
    assert len(server.seen) == asked


def test_a_robot_that_hangs_is_left(server, monkeypatch):
    monkeypatch.setattr(pushing, "SECONDS", 0.2)
    server.answers = []
    gone = replace(robot(server, "wecom"), webhook="http://127.0.0.1:9/x")
    with pytest.raises(Problem) as told:
        schedule.push(gone, "2024-05", "a.pdf")
    assert "URLError" in told.value.zh


def test_the_command_pushes_only_where_configured_and_tells_no_secret(run, home, server, monkeypatch):
    monkeypatch.setitem(kinds.KINDS, "workbook", lambda asked: {"月报.xlsx": b"1"})
    assert any("未配置" in line for line in run("--month", "2024-05", "--kind", "workbook", "--push")[1])
    config = home / "push.toml"
    address = f"http://127.0.0.1:{server.server_port}/robot?key={SECRET}"
    config.write_text(f'[push]\nenabled = true\nkind = "wecom"\nwebhook = "{address}"\nlink = "https://kpi.example.cn/{{month}}/{{file}}"\n', encoding="utf-8")
    try:
        server.answers = [(200, b'{"errcode":0}')]
        code, log, _ = run("--month", "2024-05", "--kind", "workbook", "--push")
        assert code == 0 and "链接发到群" in log[-1] and len(server.seen) == 1 and urllib.parse.quote("月报.xlsx") in server.seen[0][1]["text"]["content"]
        server.answers = [(500, b""), (500, b"")]
        code, failed, _ = run("--month", "2024-05", "--kind", "workbook", "--push")
        assert code == 1 and "没有收下" in failed[-1] and not [line for line in (*log, *failed) if SECRET in line or "127.0.0.1" in line]
        config.write_text(config.read_text(encoding="utf-8").replace("enabled = true", "enabled = false"), encoding="utf-8")
        assert schedule.robot(home) is None
        for wrong in ('kind = "wecom"', 'kind = "x"', "kind = [", f'webhook = "http://kpi.example.cn/{SECRET}"'):
            text = f'[push]\nenabled = true\nkind = "wecom"\nwebhook = "{address}"\nlink = "{{nobody}}"\n' if wrong == 'kind = "wecom"' else f'[push]\nenabled = true\n{wrong}\nlink = "x"\n'
            config.write_text(text, encoding="utf-8")
            with pytest.raises(UsageProblem) as told:
                schedule.robot(home)
            assert SECRET not in told.value.zh + told.value.en
    finally:
        config.unlink()


def test_a_robot_shows_no_address():
    assert repr(schedule.Robot("wecom", SECRET, "x", SECRET)) == "Robot(wecom)"
