"""Numbers and amounts of money as offices write them: 1,200.00 ￥1200 12.5万元 0.12亿 免, with the unit from cell, header or title."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from kpi.exports import numerals
from kpi.exports.choices import BLANKS, GOVERNMENT_PAYS, UNSURE, ZERO_WORDS
from kpi.exports.outcome import Noted, Reject, compact, dashed, faulty

FACTORS = {"元": 1, "圆": 1, "块": 1, "百元": 100, "千元": 1000, "万元": 10_000, "百万元": 1_000_000, "千万元": 10_000_000, "亿元": 100_000_000}
SUSPECT = 1000
"""Below this an amount of construction work without a stated unit may as well be in 万元."""

_FIGURE = r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|[-+]?\.\d+"
_YUAN = re.compile(rf"(?:人民币|rmb|cny|¥)?\s*({_FIGURE})\s*(亿|千万|百万|万|千|k|w)?\s*(元|圆|块钱?|rmb|cny|¥)?\s*(整|正)?")
_LOSS = re.compile(rf"\(\s*(?:￥|¥)?\s*({_FIGURE})\s*(?:元)?\s*\)")
_CAPITAL = re.compile(r"(?:人民币)?([〇零一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟]{1,30})(元|圆)?(整|正)?")
_NUMBER = re.compile(rf"({_FIGURE})(?:e([+-]?\d{{1,3}}))?\s*(亿|千万|百万|万|千)?\s*(%|[^\d\s].{{0,11}})?")
_SCALE = {None: 1, "千": 1000, "k": 1000, "万": 10_000, "w": 10_000, "百万": 1_000_000, "千万": 10_000_000, "亿": 100_000_000}
_ABOUT = re.compile(r"^(大约|大概|约|近)\s*|\s*(左右|上下)$")
_NOTE = re.compile(r"\(([^()]*)\)$")
_UNIT = re.compile(r"(亿元|千万元|百万元|万元|千元|百元|元|亿(?=[)\]】]|$)|万(?=[)\]】]|$))")
_NOTHING = frozenset("无 没有 未 待定 未定 待结算 未结算 待核 待核实 待审 未收 未缴 未发生".split())


def unit(text: str) -> str:
    """Return the unit of money a header or a note of units names (元, 万元, ...), or an empty string."""
    found = _UNIT.search(compact(text))
    return "" if found is None else found[1] if found[1].endswith("元") else found[1] + "元"


def _decimal(text: str) -> Decimal | None:
    try:
        value = Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def yuan(value: object, stated: str = "", default: str = "", *, doubtful: bool = False) -> float | Noted | Reject | None:
    """Return an amount in yuan.

    `stated` is the unit of header or title, `default` the column's usual unit; with `doubtful` an amount below 1000
    whose unit nobody stated is a reject, because it may be in 元 or in 万元.
    """
    if isinstance(value, bool):
        return Reject("amount_unreadable")
    if isinstance(value, (int, float)):
        return _scaled(Decimal(repr(value)), "", stated, default, doubtful) if value == value and abs(value) < 1e15 else Reject("amount_unreadable")
    if value is None:
        return None
    if not isinstance(value, str):
        return Reject("amount_is_date")
    if bad := faulty(value):
        return bad
    text = dashed(compact(value)).lower().replace("￥", "¥").strip("。.;；")
    bare = text.replace(" ", "")
    if bare in BLANKS or bare in _NOTHING:
        return None
    if bare in UNSURE:
        return Noted(None, "unsure")
    if bare in ZERO_WORDS:
        return 0.0
    if bare in GOVERNMENT_PAYS:
        return Noted(None, "paid_by_government")
    if loss := _LOSS.fullmatch(text):
        text = f"-{loss[1]}"
    note = ""
    if found := _NOTE.search(text):
        note, text = found[1], text[: found.start()].strip()
        if note in FACTORS or note in ("万", "亿"):
            text, note = text + note, ""
    about = _ABOUT.search(text)
    text = _ABOUT.sub("", text)
    if found := _YUAN.fullmatch(text):
        number = _decimal(found[1])
        word = f"{found[2]}元" if found[2] and found[2] not in "kw" else "千元" if found[2] == "k" else "万元" if found[2] else "元" if found[3] or "¥" in text else ""
    elif (found := _CAPITAL.fullmatch(text)) and (found[2] or found[3]):
        number, word = Decimal(numerals.digits(found[1])), "元"
    else:
        return Reject("amount_unreadable")
    if number is None or abs(number) >= 10**15:
        return Reject("amount_unreadable")
    amount = _scaled(number, word, stated, default, doubtful)
    if isinstance(amount, float) and (note or about):
        return Noted(amount, "note_ignored", {"note": note or "约"})
    return amount


def _scaled(number: Decimal, word: str, stated: str, default: str, doubtful: bool) -> float | Reject:
    known = word or stated or default
    if not known and doubtful and 0 < abs(number) < SUSPECT:
        return Reject("unit_unknown", {"limit": SUSPECT})
    return float(round(number * FACTORS.get(known or "元", 1), 2)) + 0.0


def factor(header: str, canonical: str) -> int:
    """Return what a number under this header is multiplied by to be in the column's own unit (万m³ to m³, km to m)."""
    text = compact(header).lower()
    if canonical == "m":
        return 1000 if re.search(r"km|公里|千米", text) else 1
    if canonical == "m³":
        return 10_000 if re.search(r"万\s*(n?m|方|立方|标方)", text) else 1
    return 1


def number(value: object, canonical: str = "", times: int = 1) -> float | Noted | Reject | None:
    """Return a decimal number; a unit behind it is read where it changes the value (万, km, %) and ignored otherwise."""
    if isinstance(value, bool):
        return Reject("number_unreadable")
    if isinstance(value, (int, float)):
        return float(Decimal(repr(value)) * times) if value == value and abs(value) < 1e15 else Reject("number_unreadable")
    if value is None:
        return None
    if not isinstance(value, str):
        return Reject("number_is_date")
    if bad := faulty(value):
        return bad
    text = dashed(compact(value)).lower()
    bare = text.replace(" ", "")
    if bare in BLANKS or bare in _NOTHING:
        return None
    if bare in UNSURE:
        return Noted(None, "unsure")
    if bare in ("零",):
        return 0.0
    about = _ABOUT.search(text)
    found = _NUMBER.fullmatch(_ABOUT.sub("", text))
    base = _decimal(found[1]) if found else None
    if base is None or (found[4] and re.search(r"[-~至+*/到]?\d", found[4].replace("m3", "").replace("m2", ""))):
        return Reject("number_unreadable")
    result = base * (Decimal(10) ** int(found[2] or 0)) * _SCALE[found[3]]
    suffix = found[4] or ""
    if suffix == "%":
        result /= 100
    elif canonical == "m" and re.match(r"km|公里|千米", suffix):
        result *= 1000
    elif not found[3] and not suffix:
        result *= times
    if abs(result) >= 10**15:
        return Reject("number_unreadable")
    return Noted(float(result), "note_ignored", {"note": "约"}) if about else float(result)


_COUNT = re.compile(r"[共计约]?\s*([-+]?\d+(?:\.\d+)?|[〇零一二两三四五六七八九十百]{1,30})\s*(?:份|个|次|项|件|条|种|资料|份资料|个资料|环节|个环节|步|人次|趟|户|类|页|本|天|流程|个流程)?")


def count(value: object) -> int | Noted | Reject | None:
    """Return a whole number that is not negative: 3, 3.0, 3份, 三次, 0资料, 3份（含执照）."""
    if isinstance(value, bool):
        return Reject("count_unreadable")
    if isinstance(value, (int, float)):
        if value != value or value < 0:
            return Reject("count_negative") if value < 0 else Reject("count_unreadable")
        return int(value) if value == int(min(value, 1e15)) and value < 1e9 else Reject("count_fraction" if value < 1e9 else "count_unreadable")
    if value is None:
        return None
    if not isinstance(value, str):
        return Reject("number_is_date")
    if bad := faulty(value):
        return bad
    text = compact(value).lower().replace(",", "").replace(" ", "")
    if text in BLANKS or text in _NOTHING:
        return None
    if text in UNSURE:
        return Noted(None, "unsure")
    if text in ZERO_WORDS:
        return 0
    if (note := _NOTE.search(text)) and note.start():
        plain = count(text[: note.start()])
        return Noted(plain, "note_ignored", {"note": note[1]}) if isinstance(plain, int) else plain
    found = _COUNT.fullmatch(dashed(text))
    if not found:
        return Reject("count_unreadable")
    if found[1][-1].isdigit() and found[1].isascii():
        return count(float(found[1]))
    written = numerals.digits(found[1])
    return written if written < 1e9 else Reject("count_unreadable")
