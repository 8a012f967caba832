"""月度总览: how many cases had all promises kept this month, and which had not."""

from pages.parts import cards, data, figures, frame, matrix, misses, overview

FIVE = ["valve_on_time", "one_process", "zero_material", "zero_errand", "zero_fee"]
FEEDBACK = ["feedback_24h", "feedback_3wd"]
RATINGS = ["satisfied_company", "satisfied_company_with_basic"]

view = frame.open("overview")
asked = [*matrix.PROMISES, *RATINGS, "open_cases", "company_time_p50"]
monthly = data.monthly(view, asked)
year = data.year(view, [*FIVE, *FEEDBACK])
rolling = data.rolling(view, [*matrix.PROMISES, "whole_wait_median", "whole_wait_p85"])

overview.headline(view, monthly, rolling)
cards.row_of(
    cards.promise_card(view, "valve_on_time", monthly, year),
    cards.wait_card(view, rolling, monthly),
    *(cards.promise_card(view, id, monthly, year) for id in FIVE[1:]),
    cards.feedback_card(view, monthly, year),
    few=False,
)
overview.satisfaction(view, monthly)
overview.board(view, monthly, rolling)
misses.show(view, [*FIVE, *FEEDBACK])
cards.heading(view.word("overview.kept"))
figures.verdicts(view, "all_kept", monthly)
misses.definitions(view, ["all_kept", *FIVE, *FEEDBACK, "whole_wait_median"])
