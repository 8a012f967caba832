"""Limits come from configuration: what the file says holds, what it leaves out keeps its value, a broken file is named."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from kpi.exports import limits
from kpi.exports.limits import MB, Limits
from kpi.problems import UsageProblem


def test_configured(tmp_path, monkeypatch):
    monkeypatch.setenv("KPI_REFERENCE", str(tmp_path))
    assert limits.configured("command", "upload") == Limits()
    (tmp_path / "limits.toml").write_text("[command]\nseconds = 60\n[upload]\nfile_mb = 20\n", encoding="utf-8")
    assert limits.configured("command", "upload") == Limits(seconds=60, file_bytes=20 * MB)
    assert limits.configured("command") == Limits(seconds=60)
    for broken in ("[command]\nsecond = 60\n", "[command\n", '[command]\nfile_mb = "x"\n'):
        (tmp_path / "limits.toml").write_text(broken, encoding="utf-8")
        with pytest.raises(UsageProblem, match="limits.toml"):
            limits.configured("command")


def test_upload_limit_is_the_server_limit():
    settings = tomllib.loads((Path(__file__).parents[2] / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert limits.UPLOAD.file_bytes == settings["server"]["maxUploadSize"] * MB
