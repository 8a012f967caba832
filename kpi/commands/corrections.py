"""Commands on corrections (更正): one value of one row put right, the list of them, and the way back."""

from __future__ import annotations

import argparse

from kpi import pipeline, printing
from kpi.commands.parsing import Add
from kpi.problems import UsageProblem

COLUMNS = ("number", "state", "table", "key", "column", "old", "new", "reason", "evidence", "at", "by", "retracted_at", "retracted_by", "retracted_why")
"""Of a correction's fields those that a terminal shows."""


def _shown(rows: list[dict], form: str) -> int:
    printing.show([{name: row[name] for name in COLUMNS} for row in rows] if form == "table" else rows, form)
    return 0


def _correct(args: argparse.Namespace) -> int:
    if (args.value is None) is not args.clear:
        raise UsageProblem("请写明新值，或用 --clear 清空，二者取一。", "Give the new value, or --clear to empty the cell: one of the two.")
    made = pipeline.correct(args.table, args.key, args.field, args.value, reason=args.reason, evidence=args.evidence)
    return _shown([row for row in pipeline.corrected(lang=args.lang) if row["number"] == made["number"]], args.format)


def _uncorrect(args: argparse.Namespace) -> int:
    pipeline.retract(args.number, args.reason)
    return _shown([row for row in pipeline.corrected(lang=args.lang) if row["number"] == args.number], args.format)


def _corrections(args: argparse.Namespace) -> int:
    return _shown(pipeline.corrected(lang=args.lang), args.format)


def add(command: Add) -> None:
    """Hang the commands on the parser."""
    one = command("correct", _correct, "更正一项：以后的台账再报原值也以更正为准 / put one value right, whatever later ledgers repeat")
    one.add_argument("table", help="application, B1 or 用气报装台账")
    one.add_argument("key", help="number of the row, such as BZ202400917")
    one.add_argument("field", help="column, such as gas_on_at or 通气时间")
    one.add_argument("value", nargs="?", help="the value that is to stand, as an office writes it; a time with its year")
    one.add_argument("--clear", action="store_true", help="empty the cell in place of a new value")
    one.add_argument("--reason", required=True, help="why")
    one.add_argument("--evidence", required=True, help="by what: number of a document, photograph, signed sheet")
    back = command("uncorrect", _uncorrect, "撤销一条更正 / take a correction back")
    back.add_argument("number", type=int)
    back.add_argument("--reason", required=True)
    command("corrections", _corrections, "更正记录 / every correction ever made")
