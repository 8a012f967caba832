"""项目跟踪与管道先行: are projects known and followed, did the pipe keep step with the road and come before the site, who paid and how long it took."""

from pages.parts import cards, data, filters, frame, misses, projects

view = frame.open("projects")
topic = projects.topic(view)
asked = [*projects.RATIOS, *projects.VALUES, *projects.TOPICS[topic]]
monthly, rolling = data.monthly(view, asked), data.rolling(view, asked)
beside = data.straddling(view, projects.RATIOS)

cards.row_of(*(cards.detail_card(view, id, monthly, beside, rolling) for id in projects.RATIOS), *projects.value_cards(view, monthly))
filters.segments("topic", view.word("projects.topic"), {name: view.word(f"projects.topic_{name}") for name in projects.TOPICS}, topic)
projects.show(view, topic, monthly, rolling)
misses.definitions(view, list(dict.fromkeys(asked)))
