"""How often somebody may try what shows who they are, or has mails sent."""

from __future__ import annotations

import math
import time
from typing import Any

from flask import Flask, g, request
from flask_limiter import Limiter, RequestLimit

from adapters.peers import subscriber_of

ATTEMPTS = "10 per minute"  # from one address of the network, at each of these
MAILS = "10 per hour"  # to one e-mail address, whether or not somebody has it

_LIMITED = (
    "session.log_in",
    *("sign_up.sign_up", "sign_up.verify", "sign_up.further"),
    *("passwords.forgot", "passwords.choose"),
    "joining.join",
    *("colleagues.invite", "colleagues.send_again", "colleagues.send_reset"),
    "profile.password",
)
_MAILED_BY_ANYBODY = ("sign_up.sign_up", "passwords.forgot")


def limit_attempts(web: Flask) -> None:
    limiter = Limiter(_network_address, app=web, storage_uri="memory://")
    for name in _LIMITED:
        _limit(web, name, limiter.limit(ATTEMPTS, methods=["POST"], on_breach=_keep_wait))
    for name in _MAILED_BY_ANYBODY:
        # Who sends no address has no mail sent.
        per_mail = limiter.limit(
            MAILS, key_func=_mail_address, exempt_when=lambda: not _mail_address(), methods=["POST"], on_breach=_keep_wait
        )
        _limit(web, name, per_mail)


def _limit(web: Flask, name: str, limit: Any) -> None:
    limited: Any = limit(web.view_functions[name])
    web.view_functions[name] = limited


def _network_address() -> str:
    return subscriber_of(request.remote_addr or "")


def _mail_address() -> str:
    return request.form.get("email", "").strip().lower()


def _keep_wait(met: RequestLimit) -> None:
    g.retry_after_s = max(1, math.ceil(met.reset_at - time.time()))
