"""报告导出: the standard table of a period and the figures for the government, the work report, the files of the month, and forms of others, each to be looked at and taken along."""

from pages.parts import exporting, forms, frame, packing, papers

view = frame.open_month("export")
topic = exporting.topic(view)
if topic == "tables":
    period, first_day, grid = exporting.choose(view)
    exporting.table(view, period, first_day, grid)
    exporting.for_government(view, period, first_day)
elif topic == "paper":
    period, first_day, grid = exporting.choose(view)
    papers.report(view, period, first_day, grid)
elif topic == "reports":
    packing.reports(view)
else:
    forms.fill(view)
    forms.copy(view)
