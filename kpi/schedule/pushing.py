"""A link to the reports of a month for a group robot of WeCom, DingTalk or Feishu: off unless configured; no figure, no name, and no address of the robot in any log."""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import json
import tomllib
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPException
from pathlib import Path
from typing import Any

from kpi import store
from kpi.problems import Problem, UsageProblem
from kpi.words import month_name, word

FILE = "push.toml"
"""The configuration, in the folder of the store: the robot's address is a secret and belongs into no version control."""
SECONDS, TRIES = 10, 2
MOST = 64 * 1024
"""Bytes of an answer that are read."""


@dataclass(frozen=True)
class Robot:
    """Which robot is told, where it listens, the secret it signs with (or none), and the link, with {month} and {file}."""

    kind: str
    webhook: str
    link: str
    secret: str = ""

    def __repr__(self) -> str:
        return f"Robot({self.kind})"


def robot(home: Path | None = None) -> Robot | None:
    """Return the robot of the store's configuration, None where there is none or it is switched off; raises UsageProblem for one that cannot be used."""
    path = store.home(home) / FILE
    if not path.exists():
        return None
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8")).get("push", {})
        if not told.get("enabled", False):
            return None
        found = Robot(*(str(told.get(name, "")) for name in ("kind", "webhook", "link", "secret")))
        if found.kind not in BODIES or not _usable(found.webhook) or not found.link or set(told) - {"enabled", "kind", "webhook", "link", "secret"}:
            raise ValueError
        found.link.format(month="2024-05", file="x")
        return found
    except (OSError, ValueError, KeyError, IndexError, AttributeError):
        # what stands in the file may be the secret itself: it is not repeated
        raise UsageProblem(
            f"推送配置 {FILE} 不对：[push] 下写 enabled、kind（{'、'.join(BODIES)}）、webhook（https 地址）、link（可含 {{month}}、{{file}}），需要时写 secret。",
            f"The configuration {FILE} cannot be used: [push] takes enabled, kind ({', '.join(BODIES)}), webhook (https), link (may hold {{month}}, {{file}}) and, where needed, secret.",
        ) from None


def _usable(address: str) -> bool:
    """Return whether an address is https, or a server on this machine."""
    parts = urllib.parse.urlsplit(address)
    try:
        local = parts.hostname == "localhost" or ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        local = False
    return bool(parts.hostname) and (parts.scheme == "https" or parts.scheme == "http" and local)


def _signature(key: str, text: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


def _wecom(text: str, to: Robot, at: int) -> tuple[str, dict[str, Any]]:
    return to.webhook, {"msgtype": "text", "text": {"content": text}}


def _dingtalk(text: str, to: Robot, at: int) -> tuple[str, dict[str, Any]]:
    address = to.webhook
    if to.secret:
        signed = {"timestamp": at * 1000, "sign": _signature(to.secret, f"{at * 1000}\n{to.secret}")}
        address += ("&" if "?" in address else "?") + urllib.parse.urlencode(signed)
    return address, {"msgtype": "text", "text": {"content": text}}


def _feishu(text: str, to: Robot, at: int) -> tuple[str, dict[str, Any]]:
    signed = {"timestamp": str(at), "sign": _signature(f"{at}\n{to.secret}", "")} if to.secret else {}
    return to.webhook, {**signed, "msg_type": "text", "content": {"text": text}}


BODIES: dict[str, Callable[[str, Robot, int], tuple[str, dict[str, Any]]]] = {"wecom": _wecom, "dingtalk": _dingtalk, "feishu": _feishu}
"""What each kind of robot takes: (text, robot, seconds since 1970) to (address, body)."""


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirection: the message goes where it was meant to go or nowhere."""

    def redirect_request(self, *_: Any) -> None:
        """Refuse."""


def push(to: Robot, month: str, file: str, lang: str = "zh") -> None:
    """Send the link to the file of a month; a robot that does not answer is asked once more. Raises Problem where it does not take the message, without its address."""
    text = word("reports.schedule.push", lang, month=month_name(month, lang), link=to.link.format(month=month, file=urllib.parse.quote(file)))
    why = ""
    for _ in range(TRIES):
        address, body = BODIES[to.kind](text, to, int(datetime.fromisoformat(store.moment()).timestamp()))
        request = urllib.request.Request(address, json.dumps(body, ensure_ascii=False).encode(), {"Content-Type": "application/json; charset=utf-8"})
        try:
            with urllib.request.build_opener(_Stay).open(request, timeout=SECONDS) as answer:
                told = json.loads(answer.read(MOST))
                code = next((told[name] for name in ("errcode", "code", "StatusCode") if name in told), None)
        except urllib.error.HTTPError as error:
            why = f"HTTP {error.code}"
            error.close()
            if error.code < 500:
                break
        except (OSError, HTTPException) as error:
            why = type(error).__name__
        except (ValueError, AttributeError, TypeError):
            why = word("reports.schedule.answer", lang)
            break
        else:
            if code == 0:
                return
            why = word("reports.schedule.refused", lang, code=str(code)[:20])
            break
    raise Problem(f"群机器人没有收下链接（{why}）。", f"The group robot did not take the link ({why}).")
