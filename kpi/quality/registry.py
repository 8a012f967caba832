"""Every rule, in the order in which a reader of the document meets them."""

from __future__ import annotations

from kpi.quality import duplicates, habits, links, money, numbering, order, privacy, reported, status, stops, terms, told
from kpi.quality.model import Rule

MODULES = (order, status, stops, reported, duplicates, links, numbering, terms, money, habits, privacy, told)

RULES: tuple[Rule, ...] = tuple(rule for module in MODULES for rule in module.RULES)
BY_CODE: dict[tuple[str, str], Rule] = {(rule.code, rule.table): rule for rule in RULES}
