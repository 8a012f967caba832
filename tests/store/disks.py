"""A disk that forgets: what a folder may look like after the power failed, by what of it had been synced.

A file's content is safe once the file was synced, a name once its folder was; nothing else is promised. `KINDS` are the
ways in which what was not promised is kept or lost.
"""

from __future__ import annotations

import os
import random
import shutil
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from tests.store.recorded import Op

KINDS = {
    "kept": "all of it is there, as after kill -9",
    "lost": "neither names nor content that were not synced are there",
    "names": "names are there, content is not: files are short",
    "holes": "names and sizes are there, content is not: files hold zeros",
    "content": "content is there, names are not",
    "mixed": "each folder and each write is there or not, by chance",
}


@dataclass(eq=False)
class File:
    """A file: its content now, what is safe of it, and the changes that are not."""

    now: bytearray = field(default_factory=bytearray)
    safe: bytes = b""
    changes: list[tuple[int, bytes | None]] = field(default_factory=list)
    version: int = 0
    serial: int = field(default_factory=count().__next__)

    def change(self, offset: int, data: bytes | None) -> None:
        """Write data at an offset, or cut or lengthen the file to it where there is none."""
        self.changes.append((offset, data))
        self.version += 1
        _change(self.now, offset, data)

    def sync(self) -> None:
        """Make the content safe."""
        if self.changes:
            self.safe, self.changes = bytes(self.now), []
            self.version += 1

    def after(self, kind: str, rng: random.Random) -> bytes:
        """Return the content found after the power failed."""
        if not self.changes:
            return self.safe
        if kind in ("kept", "content"):
            return bytes(self.now)
        if kind in ("lost", "names"):
            return self.safe
        found = bytearray(self.safe)
        for offset, data in self.changes:
            if kind == "holes":
                _change(found, offset, bytes(len(data)) if data is not None else None)
            elif rng.random() < 0.5:
                _change(found, offset, data)
        return bytes(found)


def _change(content: bytearray, offset: int, data: bytes | None) -> None:
    end = offset + len(data or b"")
    if len(content) < end:
        content.extend(bytes(end - len(content)))
    if data is None:
        del content[offset:]
    else:
        content[offset:end] = data


@dataclass(eq=False)
class Folder:
    """A folder: its names now, those that are safe, and what was moved to other folders."""

    now: dict[str, File | Folder] = field(default_factory=dict)
    safe: dict[str, File | Folder] = field(default_factory=dict)
    moved: dict[str, tuple[File | Folder, Folder]] = field(default_factory=dict)
    serial: int = field(default_factory=count().__next__)

    def after(self, kind: str, rng: random.Random) -> dict[str, File | Folder]:
        """Return the names found after the power failed."""
        if kind == "mixed":
            # file systems with a journal never lose both ends of a move
            kept = {name: entry for name, (entry, to) in self.moved.items() if entry not in to.safe.values()}
            return kept | self.now if rng.random() < 0.5 else self.safe
        return self.safe if kind in ("lost", "content") else self.now


class Disk:
    """The folder of a store on such a disk."""

    def __init__(self, folder: Path) -> None:
        self.root = _read(folder)

    def do(self, op: Op) -> None:
        """Carry out one operation."""
        if op.what == "create":
            above, name = self._above(op.path)
            above.now.setdefault(name, File())
        elif op.what in ("write", "truncate"):
            self.file(op.path).change(op.offset, op.data if op.what == "write" else None)
        elif op.what == "mkdir":
            above, name = self._above(op.path)
            assert name not in above.now, op
            above.now[name] = Folder()
        elif op.what == "unlink":
            above, name = self._above(op.path)
            del above.now[name]
        elif op.what == "rename":
            above, name = self._above(op.path)
            target, new = self._above(op.to)
            entry = target.now[new] = above.now.pop(name)
            if target is not above:
                above.moved[name] = entry, target
        elif op.what == "sync":
            found = self.find(op.path)
            if isinstance(found, File):
                found.sync()
            else:
                found.safe = dict(found.now)
        else:
            raise AssertionError(op)

    def find(self, path: str) -> File | Folder:
        """Return what has a name now."""
        found: File | Folder = self.root
        for part in filter(None, path.split(os.sep)):
            assert isinstance(found, Folder), path
            found = found.now[part]
        return found

    def file(self, path: str) -> File:
        """Return the file of a name."""
        found = self.find(path)
        assert isinstance(found, File), path
        return found

    def _above(self, path: str) -> tuple[Folder, str]:
        found = self.find(os.path.dirname(path))
        assert isinstance(found, Folder), path
        return found, os.path.basename(path)

    def after(self, kind: str, rng: random.Random) -> dict[str, bytes | None]:
        """Return {path: content, None for a folder} as found after the power failed."""
        found: dict[str, bytes | None] = {}

        def walk(folder: Folder, path: str) -> None:
            for name, entry in sorted(folder.after(kind, rng).items()):
                at = os.path.join(path, name)
                if isinstance(entry, File):
                    found[at] = entry.after(kind, rng)
                else:
                    found[at] = None
                    walk(entry, at)

        walk(self.root, "")
        return found

    def state(self, without: str = "") -> tuple[object, ...]:
        """Return what tells this state of the disk from any other, one folder left out of sight."""
        seen: list[object] = []

        def walk(folder: Folder) -> None:
            for names in (folder.now, folder.safe):
                for name, entry in sorted(names.items()):
                    if folder is self.root and name == without:
                        continue
                    seen.append((name, entry.serial, entry.version if isinstance(entry, File) else None))
                    if isinstance(entry, Folder):
                        walk(entry)

        walk(self.root)
        return tuple(seen)


def _read(folder: Path) -> Folder:
    found = Folder()
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            found.now[path.name] = _read(path)
        else:
            found.now[path.name] = File(bytearray(path.read_bytes()), path.read_bytes())
    found.safe = dict(found.now)
    return found


class Images:
    """Writes found content into folders, each content once: files that are only read are links to it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "content"
        self._folder.mkdir()
        self._image = folder / "image"
        self._kept: dict[bytes, Path] = {}

    def write(self, found: dict[str, bytes | None], *, own: bool = False) -> Path:
        """Write an image in place of the one before and return its folder; with `own` every file of it may be changed."""
        shutil.rmtree(self._image, ignore_errors=True)
        self._image.mkdir()
        for path, content in sorted(found.items()):
            target = self._image / path
            if content is None:
                target.mkdir()
            elif own or len(content) < 200_000:
                target.write_bytes(content)
            else:
                if content not in self._kept:
                    self._kept[content] = self._folder / str(len(self._kept))
                    self._kept[content].write_bytes(content)
                os.link(self._kept[content], target)
        return self._image


def same(found: dict[str, bytes | None], folder: Path) -> list[str]:
    """Return the paths in which a folder differs from what was found."""
    real = {str(path.relative_to(folder)): None if path.is_dir() else path.read_bytes() for path in folder.rglob("*")}
    return sorted(path for path in real.keys() | found.keys() if real.get(path, b"?") != found.get(path, b"?"))
