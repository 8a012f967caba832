"""The watched folder: what is dropped there is loaded and filed, what cannot be used comes back with the reason beside it."""

from __future__ import annotations

import threading
import time

import openpyxl

from kpi import pipeline
from kpi.pipeline.watching import watch

HEAD = "报装编号,用户名称,网格,报装日期,具备通气条件时间,通气时间\n"


def _drop(folder, name, rows):
    path = folder / name
    path.write_text(HEAD + rows, encoding="utf-8")
    return path


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
