"""Measures a full pack (Excel, Word, PDF, slides) beside what the writers alone need for the same cells and pages, and the pack of 40 grids beside that of 12.

    python -m benchmarks.pack [--month 2024-05] [--runs 3] [--lang zh]

Processor seconds, all threads counted, the median of so many runs, each in a process of its own that has made another month before: everything is imported, nothing of the
month is known. What the writers write is read back from the files of the pack: XlsxWriter the cells, formats, widths, charts and sparklines of the workbook; python-pptx texts,
tables and charts; docxtpl and typst set the ready report.
"""

from __future__ import annotations

import argparse
import gc
import io
import json
import multiprocessing
import re
import statistics
import sys
import tempfile
import time
import warnings
import zipfile
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter
from openpyxl.worksheet.worksheet import Worksheet
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Emu

from kpi import pipeline, sample, schedule
from kpi.reports import pdf, typeset, word, workreport
from kpi.reports.kinds import KINDS
from kpi.reports.paper import Paper
from kpi.reports.period import Period
from kpi.standards.months import shift

PACK = ("workbook", "paper", "slides")
PER_GRID = 125
"""Applications of a grid, in the small store and in the large one."""
WRITERS, GRIDS = 5.0, 4.0
"""Limits: pack beside writers, 40 grids beside 12."""
SPARKLINE = re.compile(r"<xm:f>(.*?)</xm:f><xm:sqref>([A-Z]+\d+)</xm:sqref>")

Files = Mapping[str, bytes]


def seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the processor seconds of some work and what it returned."""
    gc.collect()
    started = time.process_time()
    made = work()
    return time.process_time() - started, made


def pack(home: Path, month: str, lang: str) -> Files:
    """Make the pack of a month from a store nobody has asked anything yet."""
    asked = schedule.asked(month, home, lang=lang)
    return {name: content for kind in PACK for name, content in KINDS[kind](asked).items()}


def _look(cell: Any) -> dict[str, Any]:
    """Return the format of a cell as XlsxWriter takes it."""
    font, fill, sides, aligned = cell.font, cell.fill, cell.border, cell.alignment
    look = {"font_name": font.name, "font_size": font.sz, "bold": bool(font.b), "font_color": _ink(font.color), "num_format": cell.number_format, "text_wrap": bool(aligned.wrap_text),
            "align": aligned.horizontal, "valign": "vcenter" if aligned.vertical == "center" else None, "indent": int(aligned.indent or 0), "bg_color": _ink(fill.fgColor) if fill.fill_type == "solid" else None}
    for side in ("top", "bottom", "left", "right"):
        if getattr(sides, side).style:
            look |= {side: 1, f"{side}_color": _ink(getattr(sides, side).color)}
    return {name: value for name, value in look.items() if value}


def _ink(colour: Any) -> str | None:
    return f"#{colour.rgb[-6:]}" if colour is not None and isinstance(colour.rgb, str) else None


def cells(content: bytes) -> list[dict[str, Any]]:
    """Return what a workbook holds, sheet by sheet: name, widths, heights, merged ranges, (row, column, value, look), charts as (type, subtype, title, series), sparklines."""
    with warnings.catch_warnings():
        # openpyxl does not know sparklines: they are read beside it
        warnings.simplefilter("ignore", UserWarning)
        book = openpyxl.load_workbook(io.BytesIO(content))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sparklines = [SPARKLINE.findall(archive.read(f"xl/worksheets/sheet{place}.xml").decode()) for place in range(1, len(book.sheetnames) + 1)]
    looks: dict[int, dict[str, Any]] = {}
    found = []
    for sheet, sparks in zip(book, sparklines, strict=True):
        told = [(cell.row - 1, cell.column - 1, cell.value, looks.setdefault(cell.style_id, _look(cell))) for row in sheet.iter_rows() for cell in row if cell.has_style or cell.value is not None]
        found.append({
            "name": sheet.title, "cells": told, "merged": [str(one) for one in sheet.merged_cells.ranges], "heights": {row - 1: one.height for row, one in sheet.row_dimensions.items() if one.height},
            "widths": {letter: one.width for letter, one in sheet.column_dimensions.items()}, "charts": _charts(sheet), "sparklines": sparks,
        })
    return found


def _charts(sheet: Worksheet) -> list[tuple[str, str | None, list[dict[str, str]]]]:
    found = []
    for chart in sheet._charts:
        series = [{"name": one.tx.strRef.f if one.tx.strRef else one.tx.v, "values": one.val.numRef.f, "categories": (one.cat.strRef or one.cat.numRef).f} for one in chart.series]
        found.append(("line" if chart.tagname == "lineChart" else "column", "stacked" if chart.grouping == "stacked" else None, series))
    return found


def xlsx(told: list[dict[str, Any]]) -> bytes:
    """Write what a workbook holds with XlsxWriter and nothing else."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    formats: dict[int, Any] = {}
    for page in told:
        sheet = book.add_worksheet(page["name"])
        for letter, width in page["widths"].items():
            sheet.set_column(f"{letter}:{letter}", width)
        for row, height in page["heights"].items():
            sheet.set_row(row, height)
        for row, column, value, look in page["cells"]:
            form = formats.get(id(look)) or formats.setdefault(id(look), book.add_format(look))
            if value is None:
                sheet.write_blank(row, column, None, form)
            elif isinstance(value, str):
                sheet.write_string(row, column, value, form)
            else:
                sheet.write_number(row, column, value, form)
        for name in page["merged"]:
            sheet.merge_range(name, "")
        for kind, subtype, series in page["charts"]:
            chart = book.add_chart({"type": kind, **({"subtype": subtype} if subtype else {})})
            for one in series:
                chart.add_series({name: f"={value}" if name != "name" else value for name, value in one.items()})
            sheet.insert_chart(0, 0, chart)
        for source, place in page["sparklines"]:
            sheet.add_sparkline(place, {"range": source, "type": "column"})
    book.close()
    return out.getvalue()


def shapes(content: bytes) -> list[dict[str, Any]]:
    """Return what slides hold: the title, texts, tables and charts with their places, the notes."""
    found = []
    for slide in Presentation(io.BytesIO(content)).slides:
        told: dict[str, Any] = {"title": slide.shapes.title.text_frame.text, "texts": [], "tables": [], "charts": [], "notes": slide.notes_slide.notes_text_frame.text}
        for shape in slide.shapes:
            box = (shape.left, shape.top, shape.width, shape.height)
            if shape.has_chart:
                plot = shape.chart.plots[0]
                kind = XL_CHART_TYPE.LINE_MARKERS if "Line" in type(plot).__name__ else XL_CHART_TYPE.COLUMN_STACKED
                told["charts"].append((box, kind, list(plot.categories), [(one.name, list(one.values)) for one in plot.series]))
            elif shape.has_table:
                told["tables"].append((box, [[cell.text for cell in row.cells] for row in shape.table.rows]))
            elif shape.has_text_frame and shape != slide.shapes.title:
                told["texts"].append((box, shape.text_frame.text))
        found.append(told)
    return found


def pptx(told: list[dict[str, Any]]) -> bytes:
    """Write what slides hold with python-pptx and nothing else."""
    made, out = Presentation(), io.BytesIO()
    for page in told:
        slide = made.slides.add_slide(made.slide_layouts[5])
        slide.shapes.title.text_frame.text = page["title"]
        slide.notes_slide.notes_text_frame.text = page["notes"]
        for box, text in page["texts"]:
            slide.shapes.add_textbox(*map(Emu, box)).text_frame.text = text
        for box, rows in page["tables"]:
            table = slide.shapes.add_table(len(rows), len(rows[0]), *map(Emu, box)).table
            for row, texts in zip(table.rows, rows, strict=True):
                for cell, text in zip(row.cells, texts, strict=True):
                    cell.text_frame.text = text
        for box, kind, categories, series in page["charts"]:
            data = CategoryChartData()
            data.categories = categories
            for name, values in series:
                data.add_series(name, values)
            slide.shapes.add_chart(kind, *map(Emu, box), data)
    made.save(out)
    return out.getvalue()


def packing(home: Path, month: str, lang: str) -> tuple[float, Files]:
    """Return the processor seconds of a pack, and the pack, in a process that has made that of the month before."""
    pack(home, shift(month, -1), lang)
    return seconds(lambda: pack(home, month, lang))


def writing(home: Path, month: str, lang: str, files: Files, paper: Paper) -> dict[str, float]:
    """Return the processor seconds of each writer alone for what the files of a pack hold, in a process that has made that of the month before."""
    pack(home, shift(month, -1), lang)
    by_ending = {name.rpartition(".")[2]: content for name, content in files.items()}
    book, deck, sheet = cells(by_ending["xlsx"]), shapes(by_ending["pptx"]), pdf.told(paper)
    return {name: seconds(work)[0] for name, work in (
        ("xlsx", lambda: xlsx(book)), ("docx", lambda: word.document(paper)), ("pdf", lambda: typeset.document(*sheet, paper.at)), ("pptx", lambda: pptx(deck)),
    )}


def measured(home: Path, month: str, lang: str, runs: int) -> tuple[float, dict[str, float]]:
    """Return the median processor seconds of a pack and of each writer, both sides in turn."""
    packs, alone = [], []
    paper = workreport.content(schedule.stretch(Period("month", month), home, lang=lang))
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), max_tasks_per_child=1) as fresh:
        for _ in range(runs):
            taken, files = fresh.submit(packing, home, month, lang).result()
            packs.append(taken)
            alone.append(fresh.submit(writing, home, month, lang, files, paper).result())
    return statistics.median(packs), {name: statistics.median(one[name] for one in alone) for name in alone[0]}


def store(folder: Path, grids: int) -> Path:
    """Load the sample ledgers of so many grids into a store of their own."""
    ledgers, home = folder / f"ledgers-{grids}", folder / f"store-{grids}"
    sample.write(ledgers, applications=PER_GRID * grids, grids=grids)
    pipeline.load([ledgers], home)
    return home


def main() -> None:
    """Load both stores, make the packs, write their contents again, print the ratios beside their limits."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--month", default="2024-05")
    parser.add_argument("--lang", default="zh", choices=("zh", "en"))
    parser.add_argument("--runs", type=int, default=3)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        homes = {grids: store(Path(name), grids) for grids in (12, 40)}
        taken: dict[int, float] = {}
        alone: dict[int, dict[str, float]] = {}
        for grids, home in homes.items():
            taken[grids], alone[grids] = measured(home, args.month, args.lang, args.runs)
            print(f"  {grids} grids: pack {taken[grids]:.2f} s, writers {sum(alone[grids].values()):.2f} s", file=sys.stderr)
    ratios = {f"pack / writers, {grids} grids": (taken[grids] / sum(alone[grids].values()), WRITERS) for grids in homes} | {"40 grids / 12 grids": (taken[40] / taken[12], GRIDS)}
    print(json.dumps({"month": args.month, "lang": args.lang, "applications per grid": PER_GRID, "pack": taken, "writers": alone, "ratios": {name: ratio for name, (ratio, _) in ratios.items()}}))
    print(f"\n{'processor seconds':34}{'pack':>8}{'xlsx':>8}{'docx':>8}{'pdf':>8}{'pptx':>8}")
    for grids in homes:
        print(f"{grids:>3} grids{'':25}{taken[grids]:8.2f}" + "".join(f"{alone[grids][kind]:8.2f}" for kind in ("xlsx", "docx", "pdf", "pptx")))
    print(f"\n{'ratio':34}{'':8}{'limit':>8}")
    for name, (ratio, limit) in ratios.items():
        print(f"{name:34}{ratio:8.2f}{limit:8.1f}{'' if ratio <= limit else '   above'}")
    sys.exit(any(ratio > limit for ratio, limit in ratios.values()))


if __name__ == "__main__":
    main()
