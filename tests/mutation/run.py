"""Run mutants and tell which are killed: every one in a fork of a process that holds the worlds, ended by its first failure or by the clock."""

from __future__ import annotations

import argparse
import json
import os
import resource
import select
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from tests.mutation import killing
from tests.mutation.mutants import Mutant, chosen, equivalent, text
from tests.mutation.sql import Told

SEED = 4
CPU = 300
"""Seconds of one core that a mutant may take, and the program itself, which goes through every test that a mutant may come to."""

WALL = 1_800
CLOCK = "the clock"
"""Ends a mutant that takes longer: told apart, and not counted as killed."""


@dataclass
class Running:
    """A mutant in its fork."""

    mutant: Mutant | None
    told: Told | None
    pid: int
    says: int
    begun: float


@dataclass(frozen=True)
class Ended:
    """What became of a mutant: `by` is what ended it, None where it survived."""

    mutant: Mutant | None
    told: Told | None
    by: str | None
    seconds: float

    @property
    def killed(self) -> bool:
        """Whether a check told it from the program."""
        return self.by not in (None, CLOCK)


def run(mutants: list[tuple[Mutant, Told]], home: Path, workers: int = 1, thorough: bool = True, tell: Callable[[Ended], None] = lambda _: None) -> list[Ended]:
    """Run mutants over worlds and the store of the samples at `home`; return what became of each."""
    worlds = killing.worlds(None if thorough else 4)
    # every fork of this process finds it done
    killing.prepare()
    running: list[Running] = []
    ended: list[Ended] = []

    def begin(mutant: Mutant | None, told: Told | None, kill: Callable[..., str | None]) -> None:
        while len(running) >= workers:
            finish()
        running.append(_fork(mutant, told, lambda: kill(mutant, worlds, home, thorough)))

    def finish() -> None:
        found = _next(running)
        ended.append(found)
        tell(found)

    for mutant, told in mutants:
        begin(mutant, told, killing.of_python if mutant.statement < 0 else killing.of_sql)
    while running:
        finish()
    return ended


def unharmed(home: Path, thorough: bool = False) -> list[Ended]:
    """Run the program itself, its SQL written anew from its syntax trees: nothing may kill it."""
    worlds = killing.worlds(None if thorough else 2)
    return [_next([_fork(None, None, lambda kill=kill: kill(None, worlds, home, thorough))]) for kill in (killing.of_sql, killing.of_python)]


def _fork(mutant: Mutant | None, told: Told | None, kill: Callable[[], str | None]) -> Running:
    says, said = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(says)
        os.setsid()
        used = int(resource.getrusage(resource.RUSAGE_SELF).ru_utime)
        resource.setrlimit(resource.RLIMIT_CPU, (used + CPU, used + CPU + 5))
        try:
            by = kill()
            os.write(said, ("survived" if by is None else f"killed by {by}").encode())
        except BaseException as error:
            os.write(said, f"broke: {type(error).__name__}: {error}".encode())
        finally:
            os._exit(0)
    os.close(said)
    return Running(mutant, told, pid, says, time.monotonic())


def _next(running: list[Running]) -> Ended:
    """Wait for the next mutant that ends."""
    while True:
        ready, _, _ = select.select([one.says for one in running], [], [], 5)
        late = [one for one in running if time.monotonic() - one.begun > WALL]
        for one in running:
            if one.says in ready or one in late:
                running.remove(one)
                said = os.read(one.says, 4096).decode() if one.says in ready else ""
                os.close(one.says)
                try:
                    os.killpg(one.pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
                os.waitpid(one.pid, 0)
                if said.startswith("broke"):
                    raise RuntimeError(f"{one.told}: {said}")
                return Ended(one.mutant, one.told, None if said == "survived" else said.removeprefix("killed by ") or CLOCK, time.monotonic() - one.begun)


def parted(count: int, seed: int, short: bool = False) -> tuple[list[tuple[Mutant, Told]], list[tuple[Mutant, Told, str]]]:
    """Return (mutants to run, those argued to be equivalent with the reason) of a lot."""
    argued = equivalent()
    lot = chosen(count, seed, killing.by_worlds if short else lambda mutant: True)
    reasons = [(mutant, told, argued.get((mutant.file, told.where, told.change))) for mutant, told in lot]
    return [(m, t) for m, t, reason in reasons if reason is None], [(m, t, reason) for m, t, reason in reasons if reason is not None]


def recorded(one: Ended) -> str:
    """Return what became of a mutant as a line of JSON, with the file as it stood."""
    return json.dumps({"mutant": _name(one.mutant, one.told), "by": one.by, "seconds": round(one.seconds, 1)}, ensure_ascii=False)


def _name(mutant: Mutant, told: Told) -> list[str]:
    return [sha256(text(mutant.file).encode()).hexdigest()[:16], mutant.file, mutant.place, told.change]


def earlier(path: Path | None, lot: list[tuple[Mutant, Told]]) -> list[Ended]:
    """Return the mutants of a lot that an earlier run over the same files has killed, by its records."""
    if path is None or not path.exists():
        return []
    told = {tuple(one["mutant"]): one for one in map(json.loads, path.read_text(encoding="utf-8").splitlines())}
    found = [Ended(m, t, one["by"], one["seconds"]) for m, t in lot if (one := told.get(tuple(_name(m, t))))]
    return [one for one in found if one.killed]


def report(ended: list[Ended], argued: list[tuple[Mutant, Told, str]], count: int, seed: int) -> Iterator[str]:
    """Yield the lines of docs/mutants.md."""
    survived = sorted((e for e in ended if not e.killed), key=lambda e: (e.by is not None, e.mutant.file, e.told.line, e.told.change))
    late = sum(e.by == CLOCK for e in ended)
    killed = len(ended) - len(survived)
    yield "# 变异检验 / Mutants\n"
    yield "在 kpi/metrics、kpi/stats、kpi/warehouse/sql 的语法树上各改一处（比较、边界、条件、分支、加减、默认值、连接……），看检查能不能发现。`make mutants` 重新生成本页。"
    yield "One small fault at a time in the syntax trees of kpi/metrics, kpi/stats and kpi/warehouse/sql; do the tests tell? `make mutants` writes this page anew.\n"
    yield "没有看过的抽样怎么样，见 / how lots fare that nobody had looked at: [mutants-unseen.md](mutants-unseen.md).\n"
    yield f"| 抽取 / drawn | 种子 / seed | 发现 / killed | 未发现 / survived | 超过 {CPU} 处理器秒 / above {CPU} processor seconds | 等价 / equivalent | 发现率 / killed of those not equivalent |"
    yield "|---|---|---|---|---|---|---|"
    yield f"| {count} | {seed} | {killed} | {len(survived) - late} | {late} | {len(argued)} | {killed / max(1, len(ended)):.1%} |\n"
    yield "## 未发现 / Survivors\n"
    yield "超时的列在最后，不算发现。 / Those ended by the clock stand last; they do not count as killed.\n"
    yield "| 文件:行 / file:line | 位置 / where | 改动 / change |"
    yield "|---|---|---|"
    for one in survived:
        yield f"| {one.mutant.file}:{one.told.line} | {_cell(one.told.where)} | {_cell(one.told.change)} |"
    yield "\n## 等价 / Equivalent\n"
    yield "结果不可能不同的，理由逐条写明。 / Nobody can tell these from the program; each with its reason.\n"
    yield "| 文件:行 / file:line | 位置 / where | 改动 / change | 理由 / reason |"
    yield "|---|---|---|---|"
    for mutant, told, reason in sorted(argued, key=lambda one: (one[0].file, one[1].line, one[1].change)):
        yield f"| {mutant.file}:{told.line} | {_cell(told.where)} | {_cell(told.change)} | {_cell(reason)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main() -> int:
    """Run mutants from the command line; returns 1 where fewer than 90 % are killed."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation.run", description="Kill seeded mutants of the reckoning.")
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--home", type=Path, required=True, help="a store that holds the samples")
    parser.add_argument("--out", type=Path, help="where to write the report")
    parser.add_argument("--records", type=Path, help="lines of JSON on what became of each; a mutant killed there already, its file unchanged, is not run again")
    parser.add_argument("--only", default="", help="only mutants whose file, place and change hold this")
    parser.add_argument("--short", action="store_true", help="only mutants that worlds can tell, and four worlds")
    parser.add_argument("--unharmed", action="store_true", help="first see that the program written anew from its syntax trees is not killed")
    asked = parser.parse_args()
    if asked.unharmed and (harmed := [e.by for e in unharmed(asked.home, not asked.short) if e.by]):
        print(f"the program itself is killed: {harmed}", file=sys.stderr)
        return 2
    lot, argued = parted(asked.count, asked.seed, asked.short)
    lot = [(m, t) for m, t in lot if asked.only in f"{m.file} {t.where} {t.change}"]
    done = earlier(asked.records, lot)
    lot = [(m, t) for m, t in lot if m not in {one.mutant for one in done}]
    seen: Counter[str] = Counter()

    def tell(one: Ended) -> None:
        if asked.records:
            with asked.records.open("a", encoding="utf-8") as records:
                records.write(recorded(one) + "\n")
        seen["killed" if one.killed else "survived"] += 1
        print(f"{sum(seen.values()):4d}/{len(lot)} {one.seconds:6.1f} s  {one.mutant.file}:{one.told.line} {one.told.where} | {one.told.change} | {one.by or 'SURVIVED'}", file=sys.stderr, flush=True)

    ended = [*done, *run(lot, asked.home, asked.workers, not asked.short, tell)]
    lines = "\n".join(report(ended, argued, asked.count, asked.seed)) + "\n"
    if asked.out:
        asked.out.write_text(lines, encoding="utf-8")
    killed = sum(e.killed for e in ended)
    print(f"{asked.count} mutants: {killed} killed, {len(ended) - killed} survived, {len(argued)} equivalent")
    for one in ended:
        if not one.killed:
            print(f"  {one.mutant.file}:{one.told.line} {one.told.where}: {one.told.change}{' (the clock)' if one.by else ''}")
    return int(killed < 0.9 * len(ended))


if __name__ == "__main__":
    sys.exit(main())
