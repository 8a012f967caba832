"""Limits of what is read from one file, in bytes and seconds; data/reference/limits.toml may change each of them."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass

from kpi.problems import UsageProblem
from kpi.standards import folder

MB = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one file may ask of the machine; checked before anything is expanded where the format allows it."""

    file_bytes: int = 1024 * MB
    members: int = 5_000
    expanded_bytes: int = 600 * MB
    sheets: int = 200
    sheet_rows: int = 500_000
    csv_rows: int = 5_000_000
    columns: int = 300
    header_depth: int = 25
    chunk_rows: int = 25_000
    listed: int = 100_000
    memory_bytes: int = 1024 * MB
    output_bytes: int = 4096 * MB
    seconds: int = 600

    def as_dict(self) -> dict[str, int]:
        """Return the limits as plain numbers, to be handed to the reading process."""
        return asdict(self)


def configured(*sections: str) -> Limits:
    """Return the limits with what the configuration changes, each section over the one before; raises UsageProblem where the file cannot be used."""
    path = folder.reference() / "limits.toml"
    if not path.exists():
        return Limits()
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        found = {key.replace("_mb", "_bytes"): value * MB if key.endswith("_mb") else value for name in sections for key, value in told.get(name, {}).items()}
        if not all(type(value) is int and value > 0 for value in found.values()):
            raise ValueError(found)
        return Limits(**found)
    except (OSError, ValueError, TypeError) as error:
        raise UsageProblem(f"上限配置 limits.toml 读不了（{error}），请改正或恢复原文件。", f"The limits in limits.toml cannot be read ({error}); correct or restore the file.") from error


COMMAND = configured("command")
"""For the command line."""

UPLOAD = configured("command", "upload")
"""For files uploaded in the browser."""
