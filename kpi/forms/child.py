"""The child process that opens a form: limited in memory and time, it runs no macro and fetches nothing.

    python -m kpi.exports.forkserver kpi.forms.child FILE OUT_FOLDER OPTIONS_FILE

It reports the placeholders with their places and, where it was given values, writes the filled form as `filled` into the folder.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kpi.exports import child
from kpi.exports.limits import Limits
from kpi.forms import document, spreadsheet, texts
from kpi.forms.package import Package
from kpi.forms.texts import Seen

FILLED = "filled"
_DRAWN = re.compile(r"(?:xl|word)/(?:charts|drawings|diagrams)/[^/]+\.xml")
_SHOWN = re.compile(r"xl/(?:sharedStrings|worksheets/.*)\.xml|word/(?:document|header|footer|footnotes|endnotes)\d*\.xml")


def run(path: Path, out: Path, options: dict[str, Any], limits: Limits, tell: Callable[[int], None]) -> dict[str, Any]:
    """Look through a form, fill it where values are given, and return {kind, found}."""
    package = Package(path, limits)
    seen = Seen(options.get("values") or {})
    changed = (spreadsheet if package.kind == "xlsx" else document).fill(package, seen)
    for part, content in package.parts.items():
        if _DRAWN.fullmatch(part):
            root = package.tree(part)
            if texts.drawn(root, seen, {"kind": "drawing"}):
                changed[part] = root
        elif part.endswith(".xml") and not _SHOWN.fullmatch(part) and b"{{" in content:
            for match in texts.PATTERN.finditer(content.decode("utf-8", "replace")):
                seen.note(match[0], {"kind": "elsewhere"}, "elsewhere")
    if options.get("values") is not None:
        package.write(out / FILLED, changed)
    return {"kind": package.kind, "found": seen.found}


def main(arguments: list[str]) -> int:
    """Look through or fill one form; its outcome goes to a file in the folder."""
    return child.main(arguments, run)
