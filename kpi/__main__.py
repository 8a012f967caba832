"""The command line: python -m kpi COMMAND; docs/commands.md lists all of them."""

from __future__ import annotations

import argparse
import sys

from kpi.problems import Problem


def _parser() -> argparse.ArgumentParser:
    from kpi.commands import closing, exceptions, figures, ledgers, papers, parsing, population, reference, reporting, statistics

    parser = argparse.ArgumentParser(prog="python -m kpi", description='获得用气"1.5"指标 / KPIs of getting gas')
    command = parsing.adder(parser.add_subparsers(dest="command", required=True))
    for subject in (ledgers, figures, exceptions, population, closing, reporting, papers, statistics, reference):
        subject.add(command)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code; a Problem prints its message and returns its own code."""
    lang = "zh"
    try:
        # a broken configuration shows as soon as the commands are loaded
        args = _parser().parse_args(arguments)
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
