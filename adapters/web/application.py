"""The Flask application: blueprints, log-in, languages and protection put together."""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import Babel
from flask_limiter import Limiter, RequestLimit
from flask_login import LoginManager
from flask_wtf import CSRFProtect

from adapters.health import Health
from adapters.peers import Network, subscriber_of
from adapters.web import formatting, navigation, rule_language, settings, stores, wording
from adapters.web.clients import views as clients
from adapters.web.connections import views as connections
from adapters.web.errors import RelevoFlask, handle_errors
from adapters.web.hosts import AllowedHosts, HostGuard
from adapters.web.language import LANGUAGE_NAMES, choose_locale, choose_time_zone, page_language
from adapters.web.orders import grid
from adapters.web.orders import views as orders
from adapters.web.parts import EXTENSION, Parts
from adapters.web.people import load_person
from adapters.web.proxies import TrustedProxies
from adapters.web.requests import views as requests
from adapters.web.security import LOG_INS_PER_ADDRESS, derive_session_key, protect
from adapters.web.session import views as session
from engine.application import Application
from rules.messages import Language
from storage.queries import Queries

HERE = Path(__file__).parent


def create_web(
    app: Application,
    queries: Queries,
    *,
    secret: bytes,
    language: Language = "en",
    hosts: AllowedHosts | None = None,
    trusted_proxies: Sequence[Network] = (),
    health: Health | None = None,
) -> Flask:
    """The pages as a WSGI application.

    `secret` is the newest secret key (32 bytes); sessions are signed with a key derived from it. `language` is spoken to
    browsers that ask for none of the known ones. Log-in attempts are counted in the process's memory.
    """
    web = RelevoFlask("relevo", root_path=str(HERE))
    key = derive_session_key(secret)
    web.extensions[EXTENSION] = Parts(app, queries, language, key)
    web.config.update(SECRET_KEY=key, SEND_FILE_MAX_AGE_DEFAULT=365 * 24 * 60 * 60)
    web.jinja_env.lstrip_blocks = True
    protect(web)
    CSRFProtect(web)
    Babel(
        web,
        default_translation_directories=str(HERE / "translations"),
        locale_selector=choose_locale,
        timezone_selector=choose_time_zone,
    )
    _ask_for_log_in(web)
    areas = (session, orders, requests, stores, clients, connections, settings, rule_language)
    for area in areas:
        web.register_blueprint(area.pages)
    _limit_log_ins(web)
    _add_words(web)
    handle_errors(web)
    web.add_url_rule("/healthz", "healthz", lambda: ("ok", 200, {"Content-Type": "text/plain; charset=utf-8"}))
    web.add_url_rule("/readyz", "readyz", _readiness_view(health or Health()))
    guarded = HostGuard(web.wsgi_app, hosts or AllowedHosts(public_url=app.public_url), language)
    web.wsgi_app = TrustedProxies(guarded, trusted_proxies)  # type: ignore[method-assign]
    return web


def _readiness_view(health: Health) -> Callable[[], ResponseReturnValue]:
    """200 when every part works, else 503; which one does not stands in the answer, why in the log."""

    def show() -> ResponseReturnValue:
        seen = health.look()
        ready = all(seen.values())
        said = {name: "ok" if works else "failed" for name, works in seen.items()}
        return {"status": "ready" if ready else "not ready", "parts": said}, 200 if ready else 503

    return show


def _ask_for_log_in(web: Flask) -> None:
    manager = LoginManager(web)
    manager.user_loader(load_person)

    @manager.unauthorized_handler
    def to_log_in() -> ResponseReturnValue:
        if request.method != "GET":
            return redirect(url_for("session.log_in"))
        return redirect(url_for("session.log_in", next=request.full_path.rstrip("?")))


def _limit_log_ins(web: Flask) -> None:
    limiter = Limiter(lambda: subscriber_of(request.remote_addr or ""), app=web, storage_uri="memory://")
    name = "session.log_in"
    limit = limiter.limit(LOG_INS_PER_ADDRESS, methods=["POST"], on_breach=_keep_wait)
    limited: Any = limit(web.view_functions[name])
    web.view_functions[name] = limited


def _keep_wait(met: RequestLimit) -> None:
    g.retry_after_s = max(1, math.ceil(met.reset_at - time.time()))


def _add_words(web: Flask) -> None:
    web.jinja_env.filters.update(formatting.FILTERS)
    web.jinja_env.globals.update(
        wording=wording,
        navigation=navigation,
        LANGUAGE_NAMES=LANGUAGE_NAMES,
        page_language=page_language,
        static_file=_static_file,
        flag_label=wording.flag_label,
        flag_explanation=wording.flag_explanation,
        flag_urgency=wording.flag_urgency,
        in_words=wording.in_words,
        FLAG_FILTERS=grid.FLAG_FILTERS,
    )


def _static_file(name: str) -> str:
    """The address of a static file; it changes with its content, so that browsers may keep it for long."""
    return url_for("static", filename=name, v=_digest(name))


@cache
def _digest(name: str) -> str:
    return hashlib.sha256((HERE / "static" / name).read_bytes()).hexdigest()[:12]
