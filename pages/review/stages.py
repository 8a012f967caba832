"""时间花在哪: three clocks, the days of each stage, how many are connected after how many days, and who still waits."""

from pages.parts import cards, data, frame, misses, stages, waits

IDS = ["valve_time_p50", "company_time_p50", "whole_wait_median", "whole_wait_p85", *waits.AGES, "open_cases"]

view = frame.open("stages")
monthly = data.monthly(view, IDS)
rolling = data.rolling(view, ["whole_wait_median", "whole_wait_p85"])

stages.clocks(view, monthly, rolling)
stages.show(view)
stages.curve(view)
cards.heading(view.word("valve_time.open"))
waits.open_cases(view, monthly)
misses.definitions(view, ["valve_time_p50", "company_time_p50", "whole_wait_median", "whole_wait_p85", "open_cases"])
