"""项目跟踪与管道先行: are the eight items known, and was the pipe there before the site was ready."""

from pages.parts import cards, data, figures, filters, frame, misses, pipes

EARLY = ["project_info_complete", "pipe_ready_first"]

view = frame.open("projects")
monthly = data.monthly(view, [*EARLY, *pipes.IDS])
beside, rolling = data.straddling(view, EARLY), data.rolling(view, [*EARLY, *pipes.IDS])

cards.row_of(*(cards.detail_card(view, id, monthly, beside, rolling) for id in EARLY), *pipes.value_cards(view, monthly))
misses.show(view, EARLY)
chosen = filters.pick(view, EARLY)
figures.verdicts(view, chosen, monthly)
cards.heading(view.word("projects.pipe"))
pipes.show(view, monthly, rolling)
misses.definitions(view, [*EARLY, *pipes.IDS])
