"""Charts are layout: the numbers drawn are the numbers given, the promise is a line, unknown is hatched, one scale for all panels."""

from __future__ import annotations

import json
import re
from pathlib import Path

import plotly.graph_objects as go
import pytest

from kpi.charts import axes, stacks, style, values
from kpi.charts.margins import fitted
from kpi.words import month_name

MONTHS = [f"{y}-{m:02d}" for y in (2023, 2024) for m in range(1, 13)]
NAMES = [month_name(m) for m in MONTHS]
GRIDS = ["一号网格", "二号网格", "三号网格"]


def parts(miss, hit, unknown):
    return [
        stacks.Part(name="未做到", values=miss, colour=style.MISS, below=True),
        stacks.Part(name="做到", values=hit, colour=style.ACTUAL),
        stacks.Part(name="无法核验", values=unknown, colour=style.UNKNOWN, hatched=True),
    ]


def dots(found):
    return [values.Dots(name="中位", values=found, texts=[str(v) for v in found])]


PROMISE = values.Promise(value=0.5, text="承诺：0.5个工作日")
SERIES = [0.1 * (i % 4) for i in range(24)]
FIGURES = {
    "stack across": stacks.across(GRIDS, parts([0, 2, 0], [5, 6, 0], [1, 0, 0]), promise="承诺：未做到0户", marked=1),
    "stack over time": stacks.over_time(MONTHS, NAMES, parts([0, 1] * 12, [5, 6] * 12, [1, 0] * 12), lang="zh", month="2024-05", breaks=[("2023-03", "新流程起")]),
    "stack totals": stacks.over_time(MONTHS, NAMES, [stacks.Part(name="在办", values=[3] * 24, colour=style.STEPS[0])], lang="en", totals=True),
    "stack facets": stacks.facets(MONTHS, NAMES, [stacks.Panel(title=g, parts=parts([0] * 24, [i + 1] * 24, [1] * 24)) for i, g in enumerate(GRIDS)], lang="zh", month="2024-05"),
    "values across": values.across(GRIDS, dots([0.2, None, 0.7]), promise=PROMISE, notes=["", "无法核验2户", ""]),
    "values over time": values.over_time(MONTHS, NAMES, dots(SERIES), lang="zh", promise=PROMISE, month="2024-05", breaks=[("2023-03", "新流程起")]),
    "values facets": values.facets(MONTHS, NAMES, [values.Panel(title=g, dots=dots([v + i for v in SERIES])) for i, g in enumerate(GRIDS)], lang="zh", promise=PROMISE),
}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_plain_valid_and_carries_our_type(name):
    figure = FIGURES[name]
    go.Figure(figure)
    json.dumps(figure, allow_nan=False)
    assert figure["layout"]["font"]["family"] == style.FONT
    assert figure["data"] and not figure["layout"]["showlegend"] and figure["layout"]["dragmode"] is False
    assert all(trace["hovertemplate"].endswith("<extra></extra>") for trace in figure["data"])


def test_broken_promises_hang_below_the_line_of_the_promise():
    figure = FIGURES["stack across"]
    by_name = {trace["name"]: trace for trace in figure["data"]}
    assert by_name["未做到"]["x"] == [0, -2, 0] and by_name["做到"]["x"] == [5, 6, 0] and by_name["无法核验"]["x"] == [1, 0, 0]
    line = figure["layout"]["shapes"][0]
    assert (line["type"], line["x0"], line["x1"]) == ("line", 0, 0)
    texts = [note["text"] for note in figure["layout"]["annotations"]]
    assert "承诺：未做到0户" in texts and "<b>未做到 2</b>" in texts and "无法核验 1" in texts
    assert "<b>▸ 二号网格</b>" in figure["layout"]["yaxis"]["ticktext"]
    assert figure["layout"]["xaxis"]["range"][0] < -2 and figure["layout"]["xaxis"]["range"][1] > 6


def test_the_reader_is_told_the_count_given_not_its_sign():
    trace = FIGURES["stack across"]["data"][0]
    assert trace["customdata"] == [["一号网格", 0], ["二号网格", 2], ["三号网格", 0]]


def test_unknown_is_hatched_and_nothing_else_is():
    assert {t["name"]: "pattern" in t["marker"] for t in FIGURES["stack over time"]["data"]} == {"未做到": False, "做到": False, "无法核验": True}


def test_what_is_not_known_is_not_drawn():
    assert stacks.Part(name="x", values=[None, 1], colour=style.MISS, below=True).lengths == [None, -1]
    assert FIGURES["values across"]["data"][0]["x"] == [0.2, None, 0.7]
    assert FIGURES["values over time"]["data"][0]["connectgaps"] is False


@pytest.mark.parametrize("name", ["stack facets", "values facets"])
def test_small_multiples_share_one_scale_and_do_not_overlap(name):
    layout = FIGURES[name]["layout"]
    ranges = {tuple(v["range"]) for k, v in layout.items() if k.startswith("yaxis")}
    assert len(ranges) == 1
    boxes = [(tuple(layout[f"xaxis{n}"]["domain"]), tuple(layout[f"yaxis{n}"]["domain"])) for n in ("", "2", "3")]
    assert len(set(boxes)) == 3 and all(0 <= a < b <= 1 for box in boxes for a, b in box)
    assert [note["text"] for note in layout["annotations"]] == GRIDS


def test_forty_panels_fit_one_figure():
    found = axes.places(40, 4, gap=0.03, band=0.24)
    for i, (x, y) in enumerate(found):
        for other_x, other_y in found[i + 1 :]:
            assert x[1] <= other_x[0] or other_x[1] <= x[0] or y[0] >= other_y[1] or other_y[0] >= y[1]


def test_the_promise_is_a_line_on_the_scale():
    for name in ("values across", "values over time"):
        figure = FIGURES[name]
        axis = figure["layout"]["xaxis" if name == "values across" else "yaxis"]
        ends = [(s["x0"], s["x1"]) if name == "values across" else (s["y0"], s["y1"]) for s in figure["layout"]["shapes"] if s["type"] == "line"]
        assert (0.5, 0.5) in ends and axis["range"][0] <= 0 <= 0.5 < axis["range"][1]
        assert PROMISE.text in [note["text"] for note in figure["layout"]["annotations"]]


def test_a_late_pipe_stays_on_the_scale():
    figure = values.across(GRIDS, dots([-3.0, 5.0, None]))
    assert figure["layout"]["xaxis"]["range"][0] < -3


def test_months_are_words_on_the_axis():
    axis = axes.months(MONTHS, "zh")
    assert axis["ticktext"][:2] == ["1月<br>2023年", "4月"] and axis["ticktext"][4] == "1月<br>2024年"
    assert axes.months(MONTHS, "en")["ticktext"][0] == "Jan<br>2023"
    assert axes.months(["2023-12", *MONTHS[12:]], "zh")["tickvals"][0] == "2024-01"
    assert axes.chosen("2022-01", MONTHS) == [] and axes.chosen("2024-05", MONTHS)[0]["x0"] == 15.5


def test_totals_stand_above_the_bars():
    assert [note["text"] for note in FIGURES["stack totals"]["layout"]["annotations"]] == ["3"] * 24


def test_every_colour_stands_once_and_has_its_twin_on_a_dark_ground():
    root = Path(__file__).resolve().parents[2]
    for path in (*(root / "kpi" / "charts").glob("*.py"), *(root / "pages").rglob("*.py")):
        if path.name != "style.py":
            assert not re.findall(r"#[0-9a-fA-F]{6}\b|rgba?\(", path.read_text(encoding="utf-8")), path
    colours = {value for name, value in vars(style).items() if name.isupper() and isinstance(value, str) and value.startswith(("#", "rgb"))} | set(style.STEPS) | set(style.HEAT)
    assert colours == set(style.DARK)
    drawn = json.dumps(stacks.across(["甲"], [stacks.Part(name="做到", values=[3], colour=style.ACTUAL)]))
    assert not [colour for colour in colours if colour in style.dark(drawn)]


def test_the_stylesheet_names_its_colours_once():
    css = (Path(__file__).resolve().parents[2] / "pages" / "parts" / "style.css").read_text(encoding="utf-8")
    rules = re.sub(r":root \{[^}]*\}", "", css.split("@media print")[0])
    assert not re.findall(r"#[0-9a-fA-F]{3,6}\b(?=[^{}]*[;}])", rules)
    light, dark = re.findall(r":root \{([^}]*)\}", css.split("@media print")[0])
    assert set(re.findall(r"--[\w-]+(?=:)", dark)) <= set(re.findall(r"--[\w-]+(?=:)", light))


def test_margins_hold_the_labels_of_the_outer_axes():
    """As plotly would find out by drawing again and again: 4 signs of 12 pixels, two lines below, half a label at the side where a tick stands there."""
    said = fitted({"data": [], "layout": style.layout(300, xaxis=style.axis(tickvals=["a", "b"], ticktext=["1月<br>2023年", "2月"], categoryarray=["a", "b", "c"]),
                                                      yaxis=style.axis(tickvals=[0], ticktext=["不可抗力"], ticklabelstandoff=8))})["layout"]
    assert said["margin"] == {"l": 4 * 12 + 8 + 9, "r": 12, "t": 8, "b": round(2 * 12 * 1.3 + 9)}
    assert said["xaxis"]["automargin"] is said["yaxis"]["automargin"] is False
    inner = fitted({"data": [], "layout": style.layout(300, xaxis=style.axis(domain=[0.5, 1], range=[0, 9]), yaxis=style.axis(domain=[0.5, 1], range=[0, 9]))})["layout"]
    assert inner["margin"] == style.layout(300)["margin"], "labels of inner axes stand between the plots"
    share = fitted({"data": [], "layout": style.layout(300, yaxis=style.axis(range=[0, 1.02], tickformat=".0%"))})["layout"]["margin"]
    assert 36 <= share["l"] <= 46 and share["t"] == 12
    assert fitted({"data": [], "layout": style.layout(300, yaxis=style.axis(showticklabels=False, range=[0, 9]))})["layout"]["margin"] == style.layout(300)["margin"]
