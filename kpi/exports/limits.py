"""Limits of what is read from one file, in one place: sizes in bytes, times in seconds."""

from __future__ import annotations

from dataclasses import asdict, dataclass

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


COMMAND = Limits()
"""For the command line."""

UPLOAD = Limits(file_bytes=200 * MB)
"""For files uploaded in the browser."""
