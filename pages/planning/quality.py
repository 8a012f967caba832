"""台账质量: what is blank, what lacks its time of day, what contradicts, and which rows to look at again."""

from pages.parts import frame, quality, quality_rows

view = frame.open_ledgers("quality")
quality.headline(view)
quality.cards_of(view)
quality.matrix(view)
quality.pick(view)
quality.trend(view)
quality.details(view)
quality_rows.show(view)
