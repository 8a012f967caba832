"""Personal data where nobody looks for it: telephone, identity and bank card numbers in remarks and other free text."""

from __future__ import annotations

from kpi.exports.tables import BY_NAME
from kpi.quality.model import Example, Part, Rule
from kpi.quality.phrases import PLACE, digits
from kpi.words import Text

_EDGE = "[^0-9A-Za-z]"
KINDS = {
    "id_card": "[1-9][0-9]{5}(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]",
    "bank_card": "(62[0-9]{2}|4[0-9]{3}|5[1-5][0-9]{2})([ -]?[0-9]{4}){3}([ -]?[0-9]{1,3})?",
    "phone": "1[3-9][0-9]([ -]?[0-9]{4}){2}",
}
"""Patterns of numbers that belong to a person, the most telling first."""
_FOUR = "[0-9０-９]{4}"
"""What each of them has: four figures in a row, of either width; texts that repeat are looked at once where they are asked for it, but row by row where asked whether they match."""


def _columns(table: str) -> list[str]:
    return [f.name for f in BY_NAME[table].fields if f.kind in ("free", "text") and f.name not in ("grid_code", "grid_name")]


def _texts(table: str) -> tuple[Part, ...]:
    """One select for each column of free text, long enough to hold a number."""
    return tuple(
        Part(uses=(name,), select=f"select _key, _file, _sheet, _row, '{name}' as field, ' ' || {digits(name)} || ' ' as text from {table} where length({name}) >= 11 and regexp_extract({name}, '{_FOUR}') <> ''")
        for name in _columns(table)
    )


def _select() -> str:
    """SQL of the first personal number of each text, masked."""
    kind = "case " + " ".join(f"when regexp_matches(text, '{_EDGE}{pattern}{_EDGE}') then '{kind}'" for kind, pattern in KINDS.items()) + " end"
    found = "case kind " + " ".join(f"when '{kind}' then regexp_extract(text, '{_EDGE}({pattern}){_EDGE}', 1)" for kind, pattern in KINDS.items()) + " end"
    return f"""
        select t._key as key, t.field as field, {PLACE}, substr({found}, 1, 3) || '********' as value, t.kind as kind
        from (select *, {kind} as kind from ({{parts}}) as texts) as t
        where t.kind is not null
    """


def _personal(table: str) -> Rule:
    own = BY_NAME[table].key[0]
    required = {name: "2024-05-06" for group in BY_NAME[table].required for name in group[:1]}
    column = "remark" if "remark" in BY_NAME[table].by_name else _columns(table)[-1]
    texts = ("联系人手机13800000001", "身份证号420801199901010011", "退款到6222 0000 0000 0000 123", "编号2024050600112233445566", "2024-05-06 到货 120 台，合计 1234567.00 元", "座机 0724-1234567")
    return Rule(
        code="personal_data", severity="warning", table=table, label=Text("文字栏里有个人信息", "Personal data in free text"), args=("kind",), select=_select(), parts=_texts(table),
        example=Example(
            rows={table: [required | {own: f"X{n}", column: text} for n, text in enumerate(texts, 1)]},
            expect=[{"key": "X1", "field": column, "value": "138********", "kind": "phone"}, {"key": "X2", "value": "420********", "kind": "id_card"},
                    {"key": "X3", "value": "622********", "kind": "bank_card"}],
        ),
    )


RULES: tuple[Rule, ...] = tuple(_personal(table) for table in BY_NAME if table != "term")
