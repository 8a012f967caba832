"""Commands about what breaks a rule: the ranked list, and the actions decided about it."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from typing import Any

from kpi import pipeline, printing
from kpi.commands.parsing import Add, named_grid
from kpi.metrics.exceptions import exceptions, parsed
from kpi.problems import UsageProblem
from kpi.store import actions as log
from kpi.words import word

STEPS = ("list", "add", "close")

COLUMNS = ("rank", "subject", "n", "of", "controller", "owner", "now", "since", "age", "months", "action", "action_owner", "due")
"""Of an exception's fields those that a terminal shows."""


def _exceptions(args: argparse.Namespace) -> int:
    engine = pipeline.reader(as_of=args.as_of)
    found = exceptions(engine, args.month, grid=named_grid(engine, args.grid), manager=args.manager, assessed=pipeline.assessed_in(args.month))
    decided = {action.subject: action for action in reversed(log.actions()) if action.open}
    rows = [_shown(row, decided.get(row["subject"]), args.lang) for row in found.rows]
    if args.format == "json":
        told = {"month": args.month, "judged": found.count.n, "flagged": found.count.k, "by_chance": found.count.m, "left": found.left, "exceptions": rows}
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return 0
    printing.show([{name: row[name] for name in COLUMNS} for row in rows] if args.format == "table" else rows, args.format)
    return 0


def _shown(row: dict[str, Any], action: log.Action | None, lang: str) -> dict[str, Any]:
    """Return an exception with the words of its reasons, and what was decided about it."""
    reasons = [{"reason": word(f"metrics.reason.{key}", lang), "n": n} for key, n in row["reasons"] or ()]
    causes = [{"cause": cause, "n": n} for cause, n in row["causes"] or ()]
    decided = {"action": action.number, "what": action.what, "action_owner": action.owner, "due": action.due.isoformat()} if action else dict.fromkeys(("action", "what", "action_owner", "due"))
    return {**row, "reasons": reasons, "causes": causes, "since": row["since"].isoformat(timespec="minutes"), **decided}


def _actions(args: argparse.Namespace) -> int:
    if args.step == "add":
        parsed(args.target or "")
        missing = [name for name in ("what", "owner", "due", "month") if not getattr(args, name)]
        if missing:
            raise UsageProblem(f"请写明 {'、'.join(f'--{name}' for name in missing)}。", f"Give {', '.join(f'--{name}' for name in missing)}.")
        found = [log.add(args.target, args.month, args.what, args.owner, args.due)]
    elif args.step == "close":
        if not (args.target or "").isdigit():
            raise UsageProblem("请写明督办事项的编号，例如 actions close 3 --done 已更换气表。", "Name the number of the action: actions close 3 --done 'meter replaced'.")
        found = [log.close(int(args.target), args.done or "")]
    else:
        found = [action for action in log.actions() if action.open or args.all]
    on = log.today()
    printing.show([{**asdict(a), "due": a.due.isoformat(), "open": a.open, "overdue": a.overdue(on), "age": a.age(on)} for a in found], args.format)
    return 0


def add(command: Add) -> None:
    """Hang the commands on the parser."""
    listed = command("exceptions", _exceptions, "例外事项：按先后排好的一张清单 / what breaks a rule, as one ranked list")
    listed.add_argument("--month", required=True)
    listed.add_argument("--grid")
    listed.add_argument("--manager")
    listed.add_argument("--as-of", dest="as_of")
    decided = command("actions", _actions, "督办事项：列出、登记、办结 / actions: list, add, close")
    decided.add_argument("step", nargs="?", choices=STEPS, default="list")
    decided.add_argument("target", nargs="?", help="add: subject of the exception (command exceptions); close: number of the action")
    decided.add_argument("--month", help="month in which the exception was seen, 2024-05")
    decided.add_argument("--what", help="what is to be done")
    decided.add_argument("--owner", help="whose it is: number of a manager, or a name")
    decided.add_argument("--due", help="until when, 2024-06-30")
    decided.add_argument("--done", help="close: a word of what was done")
    decided.add_argument("--all", action="store_true", help="list the closed ones too")
