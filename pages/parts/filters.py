"""What a page is about: language, month, grid, manager and as-of moment; the link always says all of it, by code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import streamlit as st

from kpi.exports.tables import BY_NAME, TABLES
from kpi.metrics import headline
from kpi.standards.months import shift
from kpi.words import LANGUAGES, masking, month_name, word
from pages.parts import session
from pages.parts.session import Source

OF_ONE_PAGE = ("kpi", "topic", "table", "span", "case")
"""What the link says of one page only: it does not go on to the next."""

NAMES = ("lang", "month", "grid", "manager", "as_of", *OF_ONE_PAGE)

SPANS = ("month", "year", "all")
"""Of the rows of which months a page about the ledgers speaks: the month, the twelve months to it, or all."""

_KEPT = "view"
_LATEST = "latest"
"""The newest as-of moment this visitor has seen: a link that stood at it moves on with the data."""


@dataclass(frozen=True)
class View:
    """One view of the data; `grid` and `manager` are codes or None for all, `effective` is the month in which the new process took effect."""

    lang: str
    source: Source
    month: str
    months: tuple[str, ...]
    grids: tuple[tuple[str, str], ...]
    managers: tuple[tuple[str, str], ...]
    effective: str
    grid: str | None = None
    manager: str | None = None
    kpi: str | None = None
    topic: str | None = None
    table: str | None = None
    span: str = SPANS[0]
    case: str | None = None

    def word(self, key: str, **values: Any) -> str:
        """Return interface words in the view's language."""
        return word(f"pages.{key}", self.lang, **values)

    @property
    def as_of(self) -> datetime:
        """The moment up to which events are known."""
        return datetime.fromisoformat(self.source.as_of)

    @property
    def last_event(self) -> datetime:
        """The last minute that counts."""
        return self.as_of - timedelta(minutes=1)

    @property
    def partial(self) -> bool:
        """Whether the month was not over at the as-of moment."""
        return datetime.fromisoformat(f"{shift(self.month, 1)}-01") > self.as_of

    def regime(self, month: str | None = None) -> str | None:
        """Return the process that headline figures of a month show; None in the month of change, which shows both."""
        return headline.regime(month or self.month, self.effective)

    def grid_name(self, code: str | None) -> str:
        """Return the shown name of a grid."""
        return dict(self.grids).get(code, self.word("filter.unstated") if code in (None, "(未填)") else code)

    @property
    def where(self) -> dict[str, str]:
        """The filters of grid and manager as `compute` takes them."""
        return {name: value for name, value in (("grid", self.grid), ("manager", self.manager)) if value}

    @property
    def link(self) -> dict[str, str]:
        """The view as query parameters: month, language and as-of always."""
        rest = {name: value for name, value in (("grid", self.grid), ("manager", self.manager)) if value}
        return {"lang": self.lang, "month": self.month, "as_of": self.source.as_of[:16], **rest}


def _asked() -> dict[str, str]:
    """Return what the link says; a page reached through the menu goes on with what was asked before."""
    said = {name: value for name, value in st.query_params.to_dict().items() if name in NAMES}
    asked = said or dict(st.session_state.get(_KEPT, {}))
    st.session_state[_KEPT] = {name: value for name, value in asked.items() if name not in OF_ONE_PAGE}
    return asked


def language() -> str:
    """Return the language of the link, Chinese unless it says otherwise."""
    asked = _asked().get("lang")
    return asked if asked in LANGUAGES else LANGUAGES[0]


def view() -> View | None:
    """Return the view of the link, with what it leaves open filled in; None for an empty store."""
    asked = _asked()
    seen = st.session_state.get(_LATEST)
    source = session.source(asked.get("as_of"))
    if source is None:
        return None
    st.session_state[_LATEST] = source.latest[:16]
    if seen and asked.get("as_of") == seen and source.latest[:16] != seen:
        source = session.source()
        st.session_state[_KEPT]["as_of"] = source.as_of[:16]
        if "as_of" in st.query_params:
            st.query_params["as_of"] = source.as_of[:16]
    known = session.known(source)
    months = tuple(known["months"])
    found = View(
        lang=language(), source=source, months=months, month=months[-1],
        grids=tuple((g["grid"], g["name"]) for g in known["grids"]),
        managers=tuple((m["manager"], f"{m['manager']} {masking.person(m['name'])}" if m["name"] else m["manager"]) for m in known["managers"]),
        effective=session.effective_month(), kpi=asked.get("kpi"), topic=asked.get("topic"),
        table=asked.get("table") if asked.get("table") in BY_NAME else None, span=asked["span"] if asked.get("span") in SPANS else SPANS[0],
        case=asked.get("case"),
    )
    # the latest month that is over, unless the link names a known one
    month = asked["month"] if asked.get("month") in months else months[-2] if found.partial and len(months) > 1 else months[-1]
    grid = asked.get("grid") if asked.get("grid") in dict(found.grids) else None
    manager = asked.get("manager") if asked.get("manager") in dict(found.managers) else None
    return replace(found, month=month, grid=grid, manager=manager)


def keep(view: View) -> None:
    """Write the view into the link, so that it reopens exactly this."""
    said = dict(view.link)
    said |= {name: value for name, value in (("kpi", view.kpi), ("topic", view.topic), ("table", view.table), ("span", view.span), ("case", view.case)) if value and value != SPANS[0]}
    if st.query_params.to_dict() != said:
        st.query_params.from_dict(said)
    st.session_state[_KEPT] = dict(view.link)


def _change(name: str) -> None:
    value = st.session_state[f"filter_{name}"]
    if value:
        st.query_params[name] = value
    elif name in st.query_params:
        del st.query_params[name]


def choose(name: str, label: str, options: dict[str, str], current: str) -> None:
    """Show one filter as a list of names; the link gets the code."""
    key = f"filter_{name}"
    st.session_state[key] = current
    st.selectbox(label, list(options), format_func=lambda code: options.get(code, ""), key=key, on_change=_change, args=(name,), filter_mode=None)


def switch_language(lang: str) -> None:
    """Show the switch between Chinese and English."""
    key = "filter_lang"
    st.session_state[key] = lang
    st.segmented_control(word("pages.filter.language", lang), LANGUAGES, format_func=lambda code: word(f"pages.filter.{code}", lang), key=key, on_change=_change, args=("lang",),
                         required=True, label_visibility="collapsed")


def parts(view: View) -> list[Callable[[], None]]:
    """Return what shows the filters of month, grid and manager, each to be called in its own column."""
    return [
        lambda: choose("month", view.word("filter.month"), {m: month_name(m, view.lang) for m in reversed(view.months)}, view.month),
        lambda: choose("grid", view.word("filter.grid"), {"": view.word("filter.all_grids"), **dict(view.grids)}, view.grid or ""),
        lambda: choose("manager", view.word("filter.manager"), {"": view.word("filter.all_managers"), **dict(view.managers)}, view.manager or ""),
    ]


def choose_table(view: View) -> None:
    """Show the filter of kinds of ledgers."""
    choose("table", view.word("filter.table"), {"": view.word("filter.all_tables"), **{t.name: t.zh if view.lang == "zh" else t.en for t in TABLES}}, view.table or "")


def choose_span(view: View) -> None:
    """Show of which months the page speaks."""
    segments("span", view.word("filter.span"), {span: view.word(f"filter.span_{span}") for span in SPANS}, view.span)


def segments(name: str, label: str, options: dict[str, str], current: str) -> None:
    """Show a choice of few as buttons side by side; the link gets the code."""
    key = f"filter_{name}"
    st.session_state[key] = current
    st.segmented_control(label, list(options), format_func=lambda code: options.get(code, ""), key=key, on_change=_change, args=(name,), required=True, label_visibility="collapsed")


def pick(view: View, ids: Sequence[str]) -> str:
    """Show which KPI the charts below are about and return it; the link keeps it."""
    current = view.kpi if view.kpi in ids else ids[0]
    key = "filter_kpi"
    st.session_state[key] = current
    st.segmented_control(view.word("filter.kpi"), list(ids), format_func=lambda id: view.word(f"kpi.{id}.short"), key=key, on_change=_change, args=("kpi",), required=True,
                         label_visibility="collapsed")
    return current


def pick_listed(view: View, options: dict[str, str]) -> str:
    """Show a choice of one KPI among many as a list and return it; the link keeps it."""
    current = view.kpi if view.kpi in options else next(iter(options))
    choose("kpi", view.word("filter.kpi"), options, current)
    return current
