"""Reports as files to be handed out: the work report as Word and PDF, the government's as Word, PDF, Excel, CSV and JSON; file names tell the period and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kpi.problems import DataProblem
from kpi.reports import files, government_book, government_paper, pdf, word, workreport
from kpi.reports.paper import Paper
from kpi.reports.period import Period
from kpi.reports.steps import Part, unheard
from kpi.reports.stretch import Stretch
from kpi.words import word as words


def of_period(about: Stretch, own: bytes | None = None) -> dict[str, bytes]:
    """Return {file name: content} of the work report of a period, in one's own template where given; raises DataProblem for a template that cannot be filled in."""
    return of_paper(workreport.content(about), about.period, own)


def of_paper(paper: Paper, period: Period, own: bytes | None = None, tell: Part = unheard) -> dict[str, bytes]:
    """Return {file name: content} of a work report that is written already."""
    name = named(period, paper.lang)
    tell("Word", 2, 3)
    office = word.document(paper, own)
    tell("PDF", 3, 3)
    return {f"{name}.docx": office, f"{name}.pdf": pdf.document(paper)}


def named(period: Period, lang: str) -> str:
    """Return the name of the work report's files without their ending."""
    return words("paper.file", lang, period=period.code, kind=words(f"paper.kind_{period.kind}", lang))


def of_government(found: Mapping[str, Any], lang: str = "zh", own: bytes | None = None, tell: Part = unheard) -> dict[str, bytes]:
    """Return {file name: content} of the government's report: one content as Word (in one's own template where given), PDF and Excel, with its JSON, the schema of that, and a CSV for each table.

    Raises DataProblem where a total is not the sum of its parts.
    """
    if wrong := [check["check"] for check in found["checks"] if not check["ok"]]:
        raise DataProblem(f"合计与分项不符，请勿报送：{'；'.join(wrong)}。", f"Totals are not the sum of their parts, do not hand this out: {'; '.join(wrong)}.")
    paper, name = government_paper.paper(found, lang), words("reports.government.document", lang, period=found["period"]["code"])
    makers = {
        "Word": lambda: {f"{name}.docx": word.document(paper, own)}, "PDF": lambda: {f"{name}.pdf": pdf.document(paper)},
        "Excel": lambda: {f"{name}.xlsx": government_book.workbook(found, lang)}, "CSV": lambda: files.of_government(found, lang),
    }
    made: dict[str, bytes] = {}
    for place, (part, make) in enumerate(makers.items(), start=1):
        tell(part, place, len(makers))
        made |= make()
    return made


def template(about: Stretch) -> dict[str, bytes]:
    """Return {file name: content} of the document that staff edit: the same for every period of a kind."""
    return {template_name(about.period, about.lang): word.template(workreport.content(about))}


def template_name(period: Period, lang: str) -> str:
    """Return the name of the document that staff edit."""
    return words("paper.template.file", lang, kind=words(f"paper.kind_{period.kind}", lang))
