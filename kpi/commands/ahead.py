"""What takes long to import in another process is begun there before this one imports what the command itself needs."""

from __future__ import annotations

from kpi.exports import confined

READING = ("load", "check")
"""Commands that open files, each in a child forked from a process that has imported what reading needs."""


def begin(command: str) -> None:
    """Begin what a command is sure to need."""
    if command in READING:
        confined.prepare()
