"""The walls of the house: who may import whom, how long a page and a module may be, and where pages may stand."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

BASE = {"words", "problems", "engine"}
DATA = ["standards", "exports", "store", "warehouse"]
ALL = {p.stem for p in (ROOT / "kpi").iterdir() if p.suffix == ".py" or p.is_dir()} - {"__init__", "__pycache__"}

OURS: dict[str, set[str]] = {
    "words": set(),
    "problems": set(),
    "engine": {"problems"},
    **{room: BASE | set(DATA[:i]) for i, room in enumerate(DATA)},
    "metrics": BASE | {"standards", "stats"},
    "stats": BASE | {"standards"},
    "sample": BASE | {"standards", "exports"},
    "quality": {"words", "problems", "engine", "standards", "exports"},
    "printing": set(),
    "pipeline": ALL - {"closing", "charts", "reports", "forms", "schedule", "sample", "printing", "commands", "__main__"},
    "closing": ALL - {"charts", "reports", "forms", "schedule", "sample", "printing", "commands", "__main__"},
    "charts": {"metrics", "stats", "standards", "words"},
    "reports": {"metrics", "stats", "standards", "store", "charts", "quality", "words", "problems", "engine", "printing"},
    "forms": ALL - {"charts", "schedule", "sample", "printing", "commands", "__main__"},
    "schedule": ALL - {"charts", "forms", "sample", "printing", "commands", "__main__"},
    "commands": ALL - {"__main__"},
    "__main__": {"commands", "problems"},
}
"""Rooms of kpi/ and the other rooms each may import; a new room needs a line here."""

NAMES = "kpi.exports.tables."
"""Declarations of columns: reports read them for the names of tables and headers, never the reader (decision 0010)."""

NEVER: dict[str, set[str]] = {
    **dict.fromkeys(OURS, {"streamlit"}),
    **dict.fromkeys(("words", "problems"), {"streamlit", "pandas", "duckdb"}),
    **dict.fromkeys((*DATA, "pipeline", "closing"), {"streamlit", "plotly"}),
    **dict.fromkeys(("metrics", "stats"), {"streamlit", "plotly", "openpyxl"}),
    "quality": {"streamlit", "plotly", "pandas", "openpyxl"},
    "charts": {"streamlit", "duckdb"},
}
"""Packages of others that a room may never import."""


def imports(path: Path) -> set[str]:
    """Return the full dotted names a module imports, at its head or inside a function."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def sources(folder: str) -> list[Path]:
    return sorted(p for p in (ROOT / folder).rglob("*.py") if p.stat().st_size)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", sources("kpi"), ids=name)
def test_rooms(path):
    room = path.relative_to(ROOT / "kpi").parts[0].removesuffix(".py")
    if room == "__init__":
        return
    used = imports(path)
    ours = {n.split(".")[1] for n in used if n.startswith("kpi.") and not (room == "reports" and n.startswith(NAMES))} - {room}
    assert ours <= OURS[room], f"{name(path)} imports {ours - OURS[room]}"
    foreign = {n.split(".")[0] for n in used} & NEVER[room]
    assert not foreign, f"{name(path)} imports {foreign}"
    assert not any(n.split(".")[0] in ("pages", "app", "tests") for n in used), name(path)


@pytest.mark.parametrize("path", [ROOT / "app.py", *sources("pages")], ids=name)
def test_pages(path):
    used = imports(path)
    if "parts" in path.parts:
        assert not {n.split(".")[0] for n in used} & {"openpyxl"}, name(path)
        return
    ours = {n for n in used if n.split(".")[0] in ("kpi", "pages", "app")}
    allowed = ("pages.parts", "kpi.metrics.registry", "kpi.words")
    assert all(any(n == a or n.startswith(a + ".") for a in allowed) for n in ours), f"{name(path)} imports {ours}"
    assert not {n.split(".")[0] for n in used} & {"duckdb", "plotly", "pandas"}, name(path)
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 60, f"{name(path)}: a page only lists blocks"


def test_no_page_directly_under_pages():
    """Streamlit runs pages/*.py by deep link, past app.py."""
    assert [p.name for p in (ROOT / "pages").glob("*.py")] == []


@pytest.mark.parametrize("path", sources("kpi") + sources("pages"), ids=name)
def test_modules_are_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300, name(path)
