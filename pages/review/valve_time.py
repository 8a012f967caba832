"""通气用时: half a working day to open the valve, beside the whole wait."""

from pages.parts import before_after, cards, data, figures, filters, frame, misses, waits

CLOCK = ["valve_on_time", "one_process"]
TIMES = ["valve_time_p50", "valve_time_p85", "valve_time_max"]

view = frame.open("valve_time")
monthly = data.monthly(view, [*CLOCK, *TIMES, "company_time_p50", "company_time_p85", "whole_wait_median", "whole_wait_p85", "open_cases"])
beside, rolling = data.straddling(view, CLOCK), data.rolling(view, [*CLOCK, "whole_wait_median", "whole_wait_p85"])

cards.row_of(
    *(cards.detail_card(view, id, monthly, beside, rolling) for id in CLOCK),
    cards.wait_card(view, rolling, monthly),
    *waits.valve_cards(view, monthly),
)
waits.company_line(view, monthly)
misses.show(view, CLOCK)
cards.heading(view.word("valve_time.clock"))
chosen = filters.pick(view, CLOCK)
figures.verdicts(view, chosen, monthly)
cards.heading(view.word("valve_time.times"))
waits.valve_facets(view, monthly)
cards.heading(view.word("valve_time.wait"))
waits.whole_wait(view, monthly, rolling)
cards.heading(view.word("processes.heading"))
before_after.show(view, [*CLOCK, "whole_wait_median"])
misses.definitions(view, [*CLOCK, *TIMES, "whole_wait_median", "whole_wait_p85", "company_time_p50"])
