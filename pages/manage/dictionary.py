"""指标口径: every KPI with its formula, clock, exclusions, clause, example and SQL; the rules that hold for all, and the methods by name."""

from pages.parts import dictionary, frame

lang = frame.work("dictionary", keep=("kpi",))
dictionary.find(lang)
dictionary.linked(lang)
dictionary.rules(lang)
dictionary.small_numbers(lang)
dictionary.methods(lang)
