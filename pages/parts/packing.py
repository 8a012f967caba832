"""The files of a month: each kind of report, or all of them at once, made while the page says which piece is in the making."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import streamlit as st

from kpi import closing, schedule
from kpi.problems import Problem
from kpi.reports import files, kinds
from kpi.reports.steps import Step
from kpi.words import word
from pages.parts import cards, handing, html, jobs
from pages.parts.exporting import said
from pages.parts.filters import View
from pages.parts.html import tag
from pages.parts.jobs import Job

_JOB, _MADE, _STEP, _SAID = "pack_job", "pack_made", "pack_step", "pack_said"

ZIP = "application/zip"


@dataclass
class _Pack:
    """What was made for a state of the page: files by kind, what stood against the others, and the moment by which archives are dated."""

    state: Sequence[object]
    at: datetime | None = None
    made: dict[str, Mapping[str, bytes]] = field(default_factory=dict)
    trouble: dict[str, Problem] = field(default_factory=dict)


def reports(view: View) -> None:
    """Show every kind of report of the month with its button, and the one for all of them."""
    issued, latest = closing.standing(view.month, Path(view.source.home)), view.source.as_of == view.source.latest
    cards.heading(said(view, "reports", month=cards.month_words(view)), said(view, "reports_issued" if issued and latest else "reports_open"))
    job: Job | None = st.session_state.get(_JOB)
    pack = _pack(view)
    place = st.container(key="packing")
    with place.container(horizontal=True, key="pack_all"):
        _all(view, pack, job is not None)
    if trouble := st.session_state.pop(_SAID, None):
        with place:
            html.show(tag("div", trouble, cls="trouble", role="alert"))
    for kind in kinds.KINDS:
        _one(view, pack, kind, job is not None)
    if job is not None:
        with place:
            jobs.wait(job, view.lang, lambda one: _far(view, one))
        st.session_state[_SAID] = jobs.outcome(job, view.lang)
        if job.result:
            st.session_state[_MADE] = job.result
        del st.session_state[_JOB]
        st.rerun()


def _pack(view: View) -> _Pack:
    """Return what this visitor had made for what the page shows now; nothing where anything that it rests on has changed."""
    state = (view.source.home, view.source.build, view.source.as_of, view.month, view.lang, handing.recorded(view.source))
    found: _Pack | None = st.session_state.get(_MADE)
    return found if found and found.state == state else _Pack(state)


def _all(view: View, pack: _Pack, busy: bool) -> None:
    """Show the button that makes what is not made yet, and the one that takes all of it along once nothing is left to be tried."""
    rest = [kind for kind in kinds.KINDS if kind not in pack.made]
    if rest:
        st.button(said(view, "make_rest" if pack.made else "make_all"), key="make_all", type="secondary" if pack.made or busy else "primary", disabled=busy, on_click=_begin, args=(view, pack, rest))
    if pack.made and all(kind in pack.trouble for kind in rest):
        st.download_button(said(view, "take_all"), data=lambda: whole(pack), file_name=said(view, "pack_all", month=view.month), mime=ZIP, on_click="ignore", key="take_all", type="primary")


def whole(pack: _Pack) -> bytes:
    """Return everything that was made as one archive, in the order of kinds; the same data gives the same bytes."""
    return files.packed({name: content for kind in kinds.KINDS for name, content in pack.made.get(kind, {}).items()}, pack.at)


def _one(view: View, pack: _Pack, kind: str, busy: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"kind_{kind}"):
        name = word(f"reports.schedule.kind.{kind}", view.lang)
        html.show(tag("div", tag("b", name), tag("span", word(f"reports.schedule.holds.{kind}", view.lang)), cls="file holds"))
        made = pack.made.get(kind)
        if not made:
            if problem := pack.trouble.get(kind):
                html.show(tag("span", problem.of(view.lang), cls="trouble"))
            st.button(said(view, "make"), key=f"make_{kind}", disabled=busy, on_click=_begin, args=(view, pack, [kind]))
            return
        file = next(iter(made)) if len(made) == 1 else said(view, "pack_of", kind=name, month=view.month)
        st.download_button(said(view, "take"), data=lambda: next(iter(made.values())) if len(made) == 1 else files.packed(made, pack.at), file_name=file, on_click="ignore", key=f"take_{kind}", disabled=busy)


def _begin(view: View, pack: _Pack, names: Sequence[str]) -> None:
    """Begin to make kinds of reports; those made before stay."""
    as_of = None if view.source.as_of == view.source.latest else view.source.as_of
    steps: list[Step] = []

    def work(_: object) -> _Pack:
        asked = schedule.asked(view.month, Path(view.source.home), lang=view.lang, as_of=as_of, build=view.source.build)
        done = _Pack(pack.state, asked.engine.as_of - timedelta(minutes=1), dict(pack.made), {kind: why for kind, why in pack.trouble.items() if kind not in names})
        for kind, found in kinds.made(asked, names, steps.append):
            (done.trouble if isinstance(found, Problem) else done.made)[kind] = found
        return done

    st.session_state[_STEP] = steps
    st.session_state[_JOB] = Job("pack", work)


def _far(view: View, job: Job) -> tuple[float, str]:
    steps: list[Step] = st.session_state[_STEP]
    return (steps[-1].share, said(view, "making", step=steps[-1].words(view.lang))) if steps else (0.0, said(view, "making_first"))
