"""Limits of reading, in one place: checked before anything is expanded, enforced on the child that opens a file."""

from __future__ import annotations

MIB = 1024 * 1024

UPLOAD_BYTES = 200 * MIB
FILE_BYTES = 1024 * MIB
ZIP_MEMBERS = 5_000
ZIP_BYTES = 1_500 * MIB
ZIP_RATIO = 200
"""Expanded to packed size of a whole workbook; real ledgers stay under 30."""
SHEET_ROWS = 500_000
CSV_ROWS = 5_000_000
COLUMNS = 300
CHILD_MEMORY = 2_048 * MIB
"""Address space of the reading child; its resident memory stays under 1 GB (Arrow reserves more than it uses)."""
CHILD_CPU_SECONDS = 300
CHILD_FILE_BYTES = 2_048 * MIB
TIMEOUT_SECONDS = 300
CHUNK_ROWS = 50_000
