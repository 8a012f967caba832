"""The command line: python -m kpi COMMAND; docs/commands.md lists all of them."""

from __future__ import annotations

import argparse
import sys

from kpi.problems import Problem


def _parser(asked: str) -> argparse.ArgumentParser:
    """Return the parser of all commands, or of those on ledgers where one of them is asked for: what writes reports takes longer to import than a small ledger to load."""
    from kpi.commands import ahead

    ahead.begin(asked)
    from kpi.commands import ledgers, parsing

    parser = argparse.ArgumentParser(prog="python -m kpi", description='获得用气"1.5"指标 / KPIs of getting gas')
    commands = parser.add_subparsers(dest="command", required=True)
    command = parsing.adder(commands)
    ledgers.add(command)
    if asked not in commands.choices:
        from kpi.commands import closing, corrections, exceptions, figures, papers, population, reference, reporting, statistics

        for subject in (figures, corrections, exceptions, population, closing, reporting, papers, statistics, reference):
            subject.add(command)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code; a Problem prints its message and returns its own code."""
    lang = "zh"
    try:
        # a broken configuration shows as soon as the commands are loaded
        given = sys.argv[1:] if arguments is None else arguments
        args = _parser(next(iter(given), "")).parse_args(given)
        lang = args.lang
        return args.run(args)
    except Problem as problem:
        print(problem.of(lang), file=sys.stderr)
        return problem.exit_code
    except BrokenPipeError:
        # the reader of a pipe (head, less) went away: nothing is wrong
        sys.stderr.close()
        return 0


if __name__ == "__main__":
    sys.exit(main())
