"""客户经理履职: what one manager controls, what of it is due soon, the cases behind each figure, and what speaks for him."""

from pages.parts import cards, comparison, filters, frame, held, misses

view = frame.open_manager("managers")
held.who(view)
if view.manager:
    held.due(view)
    held.duties(view)
    held.cases(view)
    held.stops(view)
else:
    held.everyone(view)
cards.heading(view.word("held.fair"), view.word("held.fair_sub"))
comparison.managers(view, filters.pick_listed(view, held.labels(view)))
misses.definitions(view, held.CONTROLLED)
