"""月报签发: is the month whole, issue it, and what reads otherwise since."""

from pages.parts import commenting, frame, issuing, restating

view = frame.open_month("close")
issuing.settle(view)
state = issuing.standing(view)
closes = [line for line in issuing.issued.history(view) if line.act == "close"]
if state.standing and not state.problem:
    differing = restating.figures(view, state)
if closes and not state.problem:
    restating.why(view, differing if state.standing else [], closes)
commenting.edit(view)
issuing.history(view)
