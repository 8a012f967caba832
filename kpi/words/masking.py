"""Hiding personal data before it is shown: names, firms, numbers inside free text."""

from __future__ import annotations

import re

_TITLES = ("经理", "先生", "女士", "主任", "师傅", "总")
_WIDE = str.maketrans("０１２３４５６７８９－", "0123456789-")
_NUMBERS = re.compile(r"(?<![0-9A-Za-z])(?:1[3-9]\d(?:[ -]?\d{4}){2}|0\d{2,3}[ -]?\d{7,8}|\d{17}[0-9Xx]|\d{15})(?![0-9A-Za-z])")
_PLATES = re.compile(r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·. ]?[A-HJ-NP-Z0-9]{5,6}(?![0-9A-Za-z])")
_WECHAT = re.compile(r"(微信号?|wechat|weixin)([:： ]{0,3})[A-Za-z][\w-]{5,19}", re.ASCII | re.IGNORECASE)


def person(name: str | None) -> str:
    """Return a person's name with only its first sign kept: 张三 → 张*, 张小三 → 张**; a title without a given name stays."""
    name = (name or "").strip()
    if len(name) < 2 or name[1:] in _TITLES:
        return name
    return name[0] + "*" * min(3, len(name) - 1)


_BODIES = ("部", "会", "科", "室", "处", "局", "公司", "办", "组", "中心")


def signer(name: str | None) -> str:
    """Return who signed: a department or meeting stays, a person is masked."""
    name = (name or "").strip()
    return name if name.endswith(_BODIES) else person(name)


def firm(name: str | None) -> str:
    """Return a customer's name with only its first two signs kept, at a fixed width."""
    name = (name or "").strip()
    return name[:2] + "***" if name else ""


def scrub(text: str | None) -> str:
    """Return free text with telephone and identity numbers, number plates and WeChat ids replaced by stars."""
    bare = _NUMBERS.sub("***", (text or "").strip().translate(_WIDE))
    return _WECHAT.sub(r"\1\2***", _PLATES.sub("***", bare))
