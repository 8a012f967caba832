"""What a command writes: its system calls as strace tells them, each as one operation on the store's folder."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CALLS = (
    "/^(write|pwrite64|writev|pwritev2?|open|openat2?|creat|rename(at2?)?|link(at)?|symlink(at)?|unlink(at)?|rmdir|mkdir(at)?"
    "|fsync|fdatasync|sync|syncfs|sync_file_range|msync|f?truncate|fallocate|lseek|sendfile|copy_file_range)$"
)

_LINE = re.compile(r"^(\d+) +(.*)$", re.S)
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')
_FD = re.compile(r"(\d+|AT_FDCWD)<([^>]*)>")


@dataclass(frozen=True)
class Op:
    """One change of the store's folder; paths are relative to it, "" is the folder itself."""

    what: str
    path: str
    to: str = ""
    offset: int = 0
    data: bytes = b""


def why_not() -> str | None:
    """Return why calls cannot be recorded here, None where they can."""
    if shutil.which("strace") is None:
        return "strace is not installed"
    tried = subprocess.run(["strace", "-f", "-y", "-xx", "-o", os.devnull, "true"], capture_output=True, text=True)
    return None if tried.returncode == 0 else f"strace is not permitted here: {tried.stderr.strip().splitlines()[-1:]}"


def record(command: list[str], home: Path, trace: Path, **how: object) -> list[Op]:
    """Run a command to its good end and return what it and its children did to the folder `home`, in the order in which it was done."""
    strace = ["strace", "-f", "-y", "-xx", "-s", "100000000", "-o", str(trace), "-e", f"trace={CALLS}"]
    subprocess.run([*strace, *command], check=True, stdout=subprocess.DEVNULL, **how)  # type: ignore[call-overload]
    found = list(_Reader(home).ops(trace))
    trace.unlink()
    return found


class _Reader:
    def __init__(self, home: Path) -> None:
        self.home = str(home)
        self.at: dict[tuple[str, str], int] = {}

    def ops(self, trace: Path) -> Iterator[Op]:
        begun: dict[str, str] = {}
        with trace.open(encoding="latin-1") as lines:
            for line in lines:
                pid, text = _LINE.match(line.rstrip("\n")).groups()  # type: ignore[union-attr]
                if text.endswith("<unfinished ...>"):
                    begun[pid] = text.removesuffix("<unfinished ...>")
                    continue
                if text.startswith("<... "):
                    text = begun.pop(pid) + text.split(" resumed>", 1)[1]
                call, _, rest = text.partition("(")
                args, _, answer = rest.rpartition(" = ")
                answer = answer.split()[0].split("<")[0] if answer else "?"
                if not args or answer.startswith("-") or not re.fullmatch(r"\d+", answer):
                    continue
                yield from self._call(call, args, int(answer))

    def _own(self, path: str) -> str | None:
        """Return a path below the folder, relative to it; None for any other."""
        path = os.path.normpath(path)
        return "" if path == self.home else path[len(self.home) + 1 :] if path.startswith(self.home + os.sep) else None

    def _call(self, call: str, args: str, answer: int) -> Iterator[Op]:
        head = args[: args.find('"')] if '"' in args else args
        # what is written comes after the file it is written to, and may be long
        written = call in ("write", "pwrite64", "writev", "pwritev", "pwritev2")
        held = [(number, _plain(path)) for number, path in _FD.findall(head if written else _TEXT.sub("", args))]
        if written or call in ("fsync", "fdatasync", "ftruncate", "fallocate", "lseek", "sendfile", "copy_file_range"):
            number, path = held[0] if call != "copy_file_range" else held[1]
            own = self._own(path)
            if own is not None and not path.endswith("(deleted)"):
                yield from self._on(call, args, head, answer, (number, own), held)
            return
        paths = self._paths(args, held)
        if call in ("open", "openat", "openat2", "creat"):
            own = self._own(paths[0])
            if own is None:
                return
            self.at[str(answer), own] = 0
            if "O_CREAT" in args or "O_TRUNC" in args or call == "creat":
                yield Op("create", own)
            if "O_TRUNC" in args or call == "creat":
                yield Op("truncate", own)
            assert "O_APPEND" not in args or own.endswith(".wal"), f"appending is not replayed: {own}"
            return
        owned = [self._own(path) for path in paths]
        if all(path is None for path in owned):
            return
        if call.startswith("rename"):
            assert None not in owned[:2], "moved in or out of the store"
            yield Op("rename", owned[0] or "", to=owned[1] or "")
        elif call in ("unlink", "unlinkat", "rmdir"):
            yield Op("unlink", owned[0] or "")
        elif call in ("mkdir", "mkdirat"):
            yield Op("mkdir", owned[0] or "")
        elif call == "truncate":
            yield Op("truncate", owned[0] or "", offset=int(args.rsplit(",", 1)[1].strip(" )")))
        else:
            raise AssertionError(f"{call} is not replayed")

    def _on(self, call: str, args: str, head: str, answer: int, key: tuple[str, str], held: list[tuple[str, str]]) -> Iterator[Op]:
        """Yield what a call on an open file does."""
        own = key[1]
        last = args.rsplit(",", 1)[-1].strip(" )")
        if call in ("fsync", "fdatasync"):
            yield Op("sync", own)
        elif call == "lseek":
            self.at[key] = answer
        elif call == "ftruncate":
            yield Op("truncate", own, offset=int(last))
        elif call == "sendfile":
            given = re.search(r"\[(\d+)\]", args)
            assert given, args
            data = Path(held[1][1]).read_bytes()[int(given[1]) :][:answer]
            yield from self._written(key, data)
        elif call in ("write", "writev", "pwrite64", "pwritev", "pwritev2"):
            texts = [args[len(head) + 1 : args.rindex('"')]] if call in ("write", "pwrite64") else [text for text, _ in _TEXT.findall(args)]
            data = b"".join(bytes.fromhex(text.replace("\\x", "")) for text in texts)[:answer]
            assert len(data) == answer, f"{call} of {answer} bytes was told in part"
            if call in ("write", "writev"):
                yield from self._written(key, data)
            else:
                assert call == "pwrite64", f"{call} is not replayed"
                yield Op("write", own, offset=int(last), data=data)
        else:
            raise AssertionError(f"{call} is not replayed")

    def _written(self, key: tuple[str, str], data: bytes) -> Iterator[Op]:
        if data:
            at = self.at.get(key, 0)
            self.at[key] = at + len(data)
            yield Op("write", key[1], offset=at, data=data)

    def _paths(self, args: str, held: list[tuple[str, str]]) -> list[str]:
        """Return the paths a call names, each resolved against the folder it is relative to."""
        named = [bytes.fromhex(text.replace("\\x", "")).decode("utf-8", "surrogateescape") for text, _ in _TEXT.findall(args)]
        folders = [path for _, path in held] or [os.getcwd()]
        return [os.path.join(folders[min(i, len(folders) - 1)], name) for i, name in enumerate(named)]


def _plain(path: str) -> str:
    return bytes.fromhex(path.replace("\\x", "")).decode("utf-8", "surrogateescape") if path.startswith("\\x") else path
