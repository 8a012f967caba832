"""Comments of a month: the latest holds, none is lost, and none is too long for the screen."""

from __future__ import annotations

import pytest

from kpi import store
from kpi.problems import UsageProblem
from kpi.store import comments


def test_the_latest_holds_and_all_are_kept(tmp_path):
    home = tmp_path / "store"
    assert comments.standing("2024-05", home) is None and comments.say("2024-05", " ", home) is None and comments.comments("2024-05", home) == []
    first = comments.say("2024-05", " 两户\n超时 ", home)
    assert (first.words, first.set_by) == ("两户 超时", store.user())
    comments.say("2024-06", "别的月份", home)
    assert comments.say("2024-05", "两户 超时", home) == first, "the same words are not entered twice"
    assert comments.say("2024-05", "三户超时", home).words == "三户超时"
    assert comments.say("2024-05", "", home) is None
    assert [line.words for line in comments.comments("2024-05", home)] == ["两户 超时", "三户超时", ""]
    assert comments.standing("2024-06", home).words == "别的月份"


def test_what_cannot_be_meant_is_refused(tmp_path):
    for month, words in (("2024-05", "长" * (comments.LONGEST + 1)), ("5月", "两户超时")):
        with pytest.raises(UsageProblem):
            comments.say(month, words, tmp_path / "store")
