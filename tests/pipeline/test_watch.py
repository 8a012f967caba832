"""The watched folder: what is dropped there is loaded and filed, what cannot be used comes back with the reason beside it."""

from __future__ import annotations

import sys
import threading
import time

import openpyxl
import pytest

from kpi import pipeline
from kpi.pipeline import watching
from kpi.pipeline.watching import watch
from kpi.problems import StoreProblem

HEAD = "报装编号,用户名称,网格,报装日期,具备通气条件时间,通气时间\n"


def _drop(folder, name, rows):
    path = folder / name
    path.write_text(HEAD + rows, encoding="utf-8")
    return path


def _names(folder):
    return sorted(path.name.split(" ", 1)[1] for path in folder.iterdir())


def test_files_are_loaded_and_filed(tmp_path):
    inbox, home, said = tmp_path / "收件", tmp_path / "store", []
    inbox.mkdir()
    _drop(inbox, "好.csv", "A1,示例甲厂,G1,2024-05-01,2024-05-06 09:00,2024-05-06 10:00\n")
    _drop(inbox, "有错.csv", "A2,示例乙厂,G1,2024-05-01,2024-05-06 09:00,随便\nA3,示例丙厂,G1,2024-13-01,,\n")
    (inbox / "坏.xls").write_text("<html></html>", encoding="utf-8")
    _drop(inbox, "别的.csv", "").write_text("甲,乙\n1,2\n", encoding="utf-8")
    (inbox / "~$好.csv").write_text("x", encoding="utf-8")
    (inbox / "说明.docx").write_text("x", encoding="utf-8")
    assert watch(inbox, home, once=True, tell=said.append, every=0.2) == 3
    done, failed = ({p.name.split(" ", 1)[1] for p in (inbox / folder).iterdir()} for folder in ("done", "failed"))
    assert {"好.csv", "有错.csv"} <= done and {"坏.xls", "坏.xls.txt", "别的.csv", "别的.csv.txt", "别的-错误标注.xlsx"} == failed
    marked = next(p for p in (inbox / "done").iterdir() if p.suffix == ".xlsx")
    assert marked.name.split(" ", 1)[1] == "有错-错误标注.xlsx"
    assert "随便" in {cell.value for row in openpyxl.load_workbook(marked).worksheets[0] for cell in row}
    assert "另存为" in next(p for p in (inbox / "failed").iterdir() if p.name.endswith("坏.xls.txt")).read_text(encoding="utf-8-sig")
    assert {p.name for p in inbox.iterdir() if p.is_file()} == {"~$好.csv", "说明.docx"}
    assert pipeline.reader(home).rows("select count(*) as n from application") == [{"n": 2}]
    assert list((home / "drafts").iterdir()) == [] and len(said) == 4


def test_whole_leaves_a_file_with_errors_out(tmp_path):
    inbox, home = tmp_path / "in", tmp_path / "store"
    inbox.mkdir()
    _drop(inbox, "好.csv", "A1,示例甲厂,G1,2024-05-01,,\n")
    _drop(inbox, "有错.csv", "A2,示例乙厂,G1,2024-05-01,,\nA3,示例丙厂,G1,2024-13-01,,\n")
    assert watch(inbox, home, once=True, whole=True, tell=lambda _: None, every=0.2) == 3
    assert pipeline.reader(home).rows("select app_id from application") == [{"app_id": "A1"}]
    assert {p.name.split(" ", 1)[1]for p in (inbox / "failed").iterdir()} == {"有错.csv", "有错.csv.txt", "有错-错误标注.xlsx"}


def test_a_file_still_being_written_is_left_alone(tmp_path):
    inbox, home = tmp_path / "in", tmp_path / "store"
    inbox.mkdir()
    path = _drop(inbox, "慢.csv", "")
    stop = threading.Event()
    watcher = threading.Thread(target=watch, args=(inbox, home), kwargs={"tell": lambda _: None, "every": 0.4, "stop": stop})
    watcher.start()
    try:
        for i in range(20):
            with path.open("a", encoding="utf-8") as handle:
                handle.write(f"A{i},示例{i}厂,G1,2024-05-01,,\n")
            time.sleep(0.15)
        assert path.exists()
        for _ in range(200):
            if not path.exists():
                break
            time.sleep(0.1)
    finally:
        stop.set()
        watcher.join()
    assert pipeline.reader(home).rows("select count(*) as n from application") == [{"n": 20}]
    assert len(pipeline.batches(home)) == 1


GOOD = "A1,示例甲厂,G1,2024-05-01,2024-05-06 09:00,2024-05-06 10:00\n"
BAD = "A2,示例乙厂,G1,2024-05-01,2024-05-06 09:00,随便\n"


@pytest.fixture
def inbox(tmp_path):
    (tmp_path / "收件").mkdir()
    return tmp_path / "收件"


def once(inbox, said=None):
    return watch(inbox, inbox.parent / "store", once=True, tell=(said if said is not None else []).append, every=0.2)


def entered(inbox):
    return [(batch["file"], batch["standing"]) for batch in pipeline.batches(inbox.parent / "store")]


def test_one_stem_and_one_name_twice(inbox):
    """In done/ nothing overwrites anything, and the same content changes nothing."""
    _drop(inbox, "五月.csv", GOOD + BAD)
    _drop(inbox, "五月.txt", GOOD + BAD.replace("A2", "A3"))
    assert once(inbox) == 0
    assert _names(inbox / "done") == ["五月-错误标注 (2).xlsx", "五月-错误标注.xlsx", "五月.csv", "五月.txt"]
    _drop(inbox, "五月.csv", GOOD + BAD)
    assert once(inbox) == 0
    assert _names(inbox / "done").count("五月.csv") == 2 and [name for name, _ in entered(inbox)] == ["五月.txt", "五月.csv"]


def test_what_was_entered_but_not_filed_is_filed_later_and_entered_once(inbox, monkeypatch):
    """As after a kill between the two; and a file that its owner took away meanwhile is no error."""
    (inbox / "done").write_text("", encoding="utf-8")
    _drop(inbox, "台账.csv", GOOD)
    said = []
    with pytest.raises(StoreProblem):
        once(inbox, said)
    assert "不会重复导入" in said[0] and (inbox / "台账.csv").exists() and len(entered(inbox)) == 1
    (inbox / "done").unlink()
    _drop(inbox, "走了.csv", BAD)
    make = watching.make

    def late(files, *rest):
        (inbox / "走了.csv").unlink(missing_ok=True)
        return make(files, *rest)

    monkeypatch.setattr(watching, "make", late)
    once(inbox)
    assert _names(inbox / "done") == ["台账.csv"] and not [path for path in inbox.iterdir() if path.is_file()]
    assert entered(inbox) == [("台账.csv", True)]


@pytest.mark.skipif(sys.platform != "linux", reason="leases are of Linux")
def test_a_file_that_somebody_holds_open_to_write_is_left_alone(inbox):
    """A copy over the network may pause for longer than two looks."""
    path = _drop(inbox, "慢.csv", GOOD)
    with path.open("a", encoding="utf-8") as handle:
        assert once(inbox) == 0 and path.exists() and watching._written(path)
        handle.write(BAD)
    assert not watching._written(path)
