"""Habits of the house that a machine can see: equal words, no wall clock in a figure, pinned requirements, current documents."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from kpi.metrics.registry import METRICS
from kpi.reports import dictionary
from kpi.words import Text

ROOT = Path(__file__).parents[1]
WORDS = ROOT / "kpi" / "words"
SQL = sorted((ROOT / "kpi").rglob("*.sql"))
MODULES = sorted(p for p in (ROOT / "kpi").rglob("*.py") if p.stat().st_size)
CLOCK_ALLOWED = ("kpi/store/", "kpi/pipeline/")
"""Only the journal notes when a person did something; it is never part of a figure."""

BANNED_SQL = re.compile(r"\b(timestamptz|timestamp\s+with\s+time\s+zone|now\s*\(|current_date|current_timestamp|current_time|localtimestamp|today\s*\(|get_current_timestamp)", re.I)
BANNED_SQL_TEXT = re.compile(r"\b(timestamptz|with\s+time\s+zone|current_date|current_timestamp|get_current_timestamp)\b", re.I)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def keys(table: dict, before: str = "") -> set[str]:
    return {k for n, v in table.items() for k in (keys(v, f"{before}{n}.") if isinstance(v, dict) else {before + n})}


def placeholders(table: dict, before: str = "") -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for n, v in table.items():
        found |= placeholders(v, f"{before}{n}.") if isinstance(v, dict) else {before + n: set(re.findall(r"{(\w+)", v))}
    return found


@pytest.mark.parametrize("file", sorted({p.name for p in WORDS.rglob("*.toml")}))
def test_words_stand_in_both_languages(file):
    zh, en = (tomllib.loads((WORDS / lang / file).read_text(encoding="utf-8")) for lang in ("zh", "en"))
    assert keys(zh) == keys(en)
    in_zh, in_en = placeholders(zh), placeholders(en)
    assert not [key for key in in_zh if not (in_zh[key] <= in_en[key] or in_en[key] <= in_zh[key])], "a word of one language may need less, never another value"
    assert all(v.strip() for table in (zh, en) for v in _texts(table))


def _texts(table: dict) -> list[str]:
    return [t for v in table.values() for t in (_texts(v) if isinstance(v, dict) else [v])]


@pytest.mark.parametrize("metric", METRICS, ids=lambda m: m.id)
def test_declarations_speak_both_languages(metric):
    for field in ("label", "meaning", "formula", "dated_by", "exclusions"):
        text: Text = getattr(metric, field)
        assert text.zh.strip() and text.en.strip(), field
        assert re.search(r"[\u4e00-\u9fff]", text.zh) and not re.search(r"[\u4e00-\u9fff]", text.en), field


@pytest.mark.parametrize("path", SQL, ids=name)
def test_sql_never_reads_the_clock(path):
    text = "\n".join(line.split("--")[0] for line in path.read_text(encoding="utf-8").splitlines())
    assert not BANNED_SQL.search(text)


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_no_figure_reads_the_clock(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.search(r"\b(select|create table|where)\b", node.value, re.I):
            assert not BANNED_SQL_TEXT.search(node.value) and not re.search(r"\bnow\(\)", node.value), f"{name(path)}:{node.lineno}"
        if not name(path).startswith(CLOCK_ALLOWED) and isinstance(node, ast.Attribute) and isinstance(node.value, (ast.Name, ast.Attribute)):
            owner = node.value.id if isinstance(node.value, ast.Name) else node.value.attr
            assert (owner, node.attr) not in {("datetime", "now"), ("datetime", "today"), ("datetime", "utcnow"), ("date", "today"), ("time", "time")}, f"{name(path)}:{node.lineno}"


def test_modules_and_public_names_say_what_they_mean():
    for path in MODULES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert ast.get_docstring(tree) or not tree.body, name(path)
        for node in tree.body:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
                assert ast.get_docstring(node), f"{name(path)}: {node.name}"


def test_requirements_are_pinned():
    for file in ("requirements.txt", "requirements-dev.txt"):
        for line in (ROOT / file).read_text(encoding="utf-8").splitlines():
            if line and not line.startswith(("#", "-r ")):
                assert re.fullmatch(r"[A-Za-z0-9-]+==[0-9][0-9A-Za-z.]*", line), line


def test_readme_commands_exist():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    asked = set(re.findall(r"^make ([a-z]+)", readme, re.M))
    assert {"demo", "test"} <= asked <= targets
    assert readme.index("make demo") < readme.index("make test") < readme.index("python -m kpi load")
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_readme_commands_of_the_command_line_are_accepted():
    helped = subprocess.run([sys.executable, "-m", "kpi", "--help"], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    for document in ("README.md", "docs/commands.md"):
        for command in re.findall(r"python -m kpi ([a-z]+)", (ROOT / document).read_text(encoding="utf-8")):
            assert re.search(rf"^    {command}\b", helped, re.M), f"{document}: {command}"


def test_dictionary_is_current():
    """Generated by `make dictionary`; a changed declaration regenerates it."""
    assert (ROOT / "docs" / "dictionary.md").read_text(encoding="utf-8") == dictionary.markdown()


def test_every_link_inside_the_documents_leads_somewhere():
    for path in (ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))):
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{name(path)}: {target}"


def test_nothing_of_one_machine_is_written_down():
    machine = re.compile(r"/(?:home|root|Users|work)/\w|/tmp/\w|[A-Z]:\\\\Users")
    kinds = {".py", ".md", ".toml", ".sql", ".sh", ".txt", ".css", ".csv"}
    own = [p for p in ROOT.iterdir() if p.is_file()]
    inner = [p for folder in ("kpi", "pages", "tests", "docs", "benchmarks", "scripts", ".streamlit", "data/reference") for p in (ROOT / folder).rglob("*")]
    for path in (p for p in (*own, *inner) if p.suffix in kinds or p.name == "Makefile"):
        found = machine.search(path.read_text(encoding="utf-8"))
        assert not found, f"{name(path)}: {found.group()}"
