"""时间花在哪: three clocks with and without their stops, the days of each stage, how many are connected after how many days, and who still waits."""

from pages.parts import ageing, cards, cohorts, data, figures, frame, held, misses, stages

CARDS = ["valve_time_p50", "company_time_p50", "whole_wait_median", "whole_wait_p85", "open_cases"]

view = frame.open("stages")
monthly = data.monthly(view, CARDS)
rolling = data.rolling(view, [*stages.COMPARED, *stages.STOPPED])

stages.clocks(view, monthly, rolling)
stages.compared(view, rolling)
cards.heading(view.word("stages.where"))
stages.show(view)
figures.side_by_side(lambda: stages.stopped(view, rolling), lambda: cohorts.outside_line(view))
cards.heading(view.word("cohorts.heading"))
stages.curve(view)
cohorts.over_time(view)
cards.heading(view.word("valve_time.open"))
ageing.show(view, rolling)
held.due(view)
misses.definitions(view, [*stages.COMPARED, "stopped_share", "whole_wait_within_30", "open_cases"])
