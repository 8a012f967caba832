"""总体核对: is the population whole, and does anything stand out in how it was written."""

from pages.parts import frame, population

view = frame.open_ledgers("population")
found = population.checks(view)
population.headline(view, found)
population.tables(view, found)
chosen = population.pick(view, found)
if chosen:
    population.matrix(view, chosen)
    population.rows(view, chosen)
population.stopped(view)
