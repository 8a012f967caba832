"""月度波动图: what changed, and what varies as it always does."""

from pages.parts import cards, changes, comparison, data, filters, frame, misses

IDS = [
    "all_kept", "valve_on_time", "one_process", "zero_material", "zero_errand", "zero_fee", "feedback_24h", "feedback_3wd", "visit_appointed", "appointment_kept", "two_follow_ups",
    "survey_coverage", "satisfied_company", "satisfied_manager", "docs_self_sourced", "pipe_ready_first", "project_info_complete", "valve_time_p50", "valve_time_p85",
    "company_time_p50", "company_time_p85", "whole_wait_median", "open_cases",
]

view = frame.open("changes")
monthly = data.monthly(view, IDS)
found = changes.changes(view, IDS, monthly)

changes.open(view, found)
chosen = filters.pick_listed(view, {one.id: one.label(view) for one in found})
changes.show(view, next(one for one in found if one.id == chosen), monthly)
comparison.show(view, chosen, data.rolling(view, [chosen]))
cards.heading(view.word("changes.all"))
changes.list_all(view, found, monthly)
misses.definitions(view, [chosen])
