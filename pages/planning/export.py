"""报告导出: the standard table of a period and the figures for the government, to be looked at and taken along."""

from pages.parts import exporting, frame

view = frame.open_month("export")
period, first_day, grid = exporting.choose(view)
exporting.table(view, period, first_day, grid)
exporting.for_government(view, period, first_day)
