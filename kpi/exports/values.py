"""Values of one cell that are not times or amounts: identifiers, text, telephone numbers, yes or no, closed lists, ratings."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from functools import cache

from kpi import standards
from kpi.exports.choices import BLANKS, CHOICES, NO, NO_ID, UNSURE, UNTICKED, YES
from kpi.exports.outcome import Noted, Reject, compact, dashed, faulty, plain
from kpi.problems import did_you_mean

_SCIENTIFIC = re.compile(r"(\d)(?:\.(\d+))?e\+(\d{1,3})")
_FLOATED = re.compile(r"(\d+)\.0+")
_GUARDED = re.compile(r'="([^"]*)"')
_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
_PUNCTUATION = re.compile(r"[,;:。，；：.、(\[]")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_FULL_BRACKETS = str.maketrans("()", "（）")
_HALF_BRACKETS = str.maketrans("（）", "()")
_WIDE = str.maketrans({chr(i): chr(i - 0xFEE0) for r in ((0xFF10, 0xFF1A), (0xFF21, 0xFF3B), (0xFF41, 0xFF5B)) for i in range(*r)})


def shown(value: object) -> str:
    """Return a cell as text the way an office would read it: 12.0 is 12, a date is ISO."""
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value == value and abs(value) < 1e16 and value == int(value) else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes" if not value.second else "seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60}:{minutes % 60:02d}"
    return "" if value is None else str(value)


def text(value: object) -> str | Reject | None:
    """Return text without outer blanks, in one width: Latin letters and digits half, brackets of Chinese text full; blank marks are None."""
    if isinstance(value, str):
        if bad := faulty(value):
            return bad
        value = plain(value)
        if not value.isascii():
            value = value.translate(_WIDE).translate(_FULL_BRACKETS if _HAN.search(value) else _HALF_BRACKETS)
        return None if value.lower() in BLANKS else value
    return None if value is None else shown(value)


def name(value: object) -> str | Reject | None:
    """Return a name or free text as written, without outer blanks; blank marks are None."""
    if isinstance(value, str):
        if bad := faulty(value):
            return bad
        value = plain(value)
        return None if value.lower() in BLANKS else value
    return None if value is None else shown(value)


def identifier(value: object) -> str | Noted | Reject | None:
    """Return an identifier as text: 0012 stays 0012, 12.0 from Excel is 12; digits that Excel has lost make it unusable."""
    if isinstance(value, str):
        if value.isascii() and value.isalnum() and not (value[0].isdigit() and not value.isdigit()):
            return None if value.lower() in BLANKS or value in NO_ID else value
        if bad := faulty(value):
            return bad
        found = dashed(compact(value))
        if guarded := _GUARDED.fullmatch(found):
            found = guarded[1]
        found = found.replace(" ", "")
        if found.lower() in BLANKS or found in NO_ID:
            return None
        if floated := _FLOATED.fullmatch(found):
            return floated[1]
        if power := _SCIENTIFIC.fullmatch(found.lower()):
            if int(power[3]) > len(power[2] or "") or int(power[3]) >= 15:
                return Reject("id_scientific")
            return str(int(float(found)))
        return found
    if value is None:
        return None
    if isinstance(value, bool):
        return Reject("id_unreadable")
    if isinstance(value, (int, float)):
        if value != value or value < 0:
            return Reject("id_unreadable")
        if value == 0:
            # what a formula gives for a blank cell
            return None
        if value >= 1e15:
            return Reject("id_digits_lost")
        return str(int(value)) if value == int(value) else repr(value)
    return Noted(shown(value), "id_is_date", severity="warning")


_PHONE_GAP = re.compile(r"(?<=\d)[ \-.]+(?=\d)")
_PHONES = re.compile(r"[/、,;，；\n]|或|和|\s{1,}")
_PHONE = re.compile(r"\+?(?:86)?(1[\d*]{10}|0\d{2,3}-?\d{7,8}(?:(?:转|-|#|x)\d{1,5})?|\d{7,8}|400\d{7}|800\d{7})")
_LANDLINE = re.compile(r"(?<!\d)(0\d{2,3})[ \-]+(\d{3,4})[ \-]?(\d{4})(?!\d)")


def phone(value: object) -> str | Reject | None:
    """Return telephone numbers without spaces, hyphens and +86, several joined with '/'; a masked number stays masked."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float, type(None))):
        return Reject("phone_unreadable")
    if value is None:
        return None
    if bad := faulty(value):
        return bad
    raw = shown(value)
    found = dashed(compact(raw)).lower()
    if found in BLANKS or found in ("无", "没有", "未留", "不详"):
        return None
    if power := _SCIENTIFIC.fullmatch(found):
        if int(power[3]) > len(power[2] or ""):
            return Reject("phone_digits_lost")
        found = str(int(float(found)))
    found = re.sub(r"\.0$", "", found).replace("(", "").replace(")", "-").replace("＋", "+")
    found = re.sub(r"^(电话|手机|tel|联系电话)[:：]?", "", found)
    found = re.sub(r"\+86[ \-]*|(?<!\d)86[ \-]+(?=1)", "", found)
    found = _LANDLINE.sub(r"\1-\2\3", found)
    numbers = []
    joined = _mobile_spaces(found)
    for part in filter(None, _PHONES.split(joined)):
        part = re.sub(r"^[^\d+*]+|[^\d*]+$", "", part)
        if not part:
            continue
        match = _PHONE.fullmatch(part if part.startswith("0") else part.replace("-", ""))
        if not match:
            return Reject("phone_unreadable")
        numbers.append(match[1])
    return "/".join(numbers) if numbers else Reject("phone_unreadable")


def _mobile_spaces(found: str) -> str:
    """Join a mobile number written in groups: 138 0000 1234, 138-0000-1234."""
    return re.sub(r"(?<!\d)(1[\d*]{2})[ \-]+([\d*]{4})[ \-]+([\d*]{4})(?!\d)", r"\1\2\3", found)


def yesno(value: object) -> bool | Noted | Reject | None:
    """Return yes or no; words that say 'not decided' are unknown and noted."""
    if isinstance(value, bool):
        return value
    if value is None:
        return None
    if isinstance(value, (int, float)):
        return bool(value) if value in (0, 1) else Reject("yesno_unknown")
    if not isinstance(value, str):
        return Reject("yesno_unknown")
    if bad := faulty(value):
        return bad
    found = dashed(compact(value)).lower().replace(" ", "")
    if found in BLANKS or found in UNTICKED:
        return None
    for word in (found, _BRACKETED.sub("", found), _PUNCTUATION.split(found)[0]):
        if word in YES:
            return True
        if word in NO:
            return False
        if word in UNSURE:
            return Noted(None, "unsure")
    return Reject("yesno_unknown")


@cache
def _words(kind: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for kept, words in CHOICES[kind].items():
        for word in words:
            found.setdefault(compact(word).lower().replace(" ", ""), kept)
    return found


def choice(value: object, kind: str) -> str | Noted | Reject | None:
    """Return the word of a closed list that the cell means; an unknown word is a reject that suggests the nearest."""
    if value is None:
        return None
    raw = shown(value) if not isinstance(value, str) else value
    if bad := faulty(raw):
        return bad
    found = dashed(compact(raw)).lower().replace(" ", "")
    words = _words(kind)
    if found in words:
        return words[found]
    if found in BLANKS:
        return None
    bare = _BRACKETED.sub("", found)
    if bare in words:
        return words[bare]
    if bare in UNSURE:
        return Noted(None, "unsure")
    parts = [part for part in re.split(r"[/、,;+和及]", bare) if part]
    if len(parts) > 1 and all(part in words for part in parts):
        meant = {words[part] for part in parts}
        return meant.pop() if len(meant) == 1 else Reject("choice_several", {"options": "、".join(CHOICES[kind])})
    near = did_you_mean(bare, words)
    options = "、".join(CHOICES[kind])
    return Reject("choice_near", {"near": words[near], "options": options}) if near else Reject("choice_unknown", {"options": options})


def score(value: object) -> int | Reject | None:
    """Return a rating of 1 to 5 through the score map; a default rating is none."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return Reject("score_unknown")
    if bad := faulty(value):
        return bad
    raw = shown(value)
    found = dashed(compact(raw))
    if found.lower() in BLANKS or found in ("无", "没有"):
        return None
    for word in (found, _BRACKETED.sub("", found)):
        try:
            return standards.score(word)
        except KeyError:
            continue
    return Reject("score_unknown")
