"""The Flask application: blueprints, log-in, languages and protection put together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from flask import Flask, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager
from flask_wtf import CSRFProtect

from adapters.health import Health
from adapters.peers import Network
from adapters.web import connections, formatting, insights, navigation, orders, rule_language, rules, settings, stores, wording
from adapters.web.addresses import page_address, static_file
from adapters.web.bulk import views as bulk
from adapters.web.clients import views as clients
from adapters.web.colleagues import views as colleagues
from adapters.web.compression import compress_answers
from adapters.web.entering import joining, passwords, sign_up
from adapters.web.errors import RelevoFlask, handle_errors
from adapters.web.find import views as find
from adapters.web.holds import views as holds
from adapters.web.hosts import AllowedHosts, HostGuard
from adapters.web.inbox import views as inbox
from adapters.web.inventory import views as inventory
from adapters.web.kept_forms import entered, is_worth_keeping
from adapters.web.kept_parts import kept_lines, kept_part
from adapters.web.labels import batches as labels
from adapters.web.labels import returns
from adapters.web.labels.station import chosen_station
from adapters.web.language import LANGUAGE_NAMES, page_language
from adapters.web.limits import limit_attempts
from adapters.web.mail import views as mail
from adapters.web.parts import EXTENSION, Parts, parts
from adapters.web.people import load_person
from adapters.web.products import views as products
from adapters.web.profile import views as profile
from adapters.web.proxies import TrustedProxies
from adapters.web.reconciliation import views as reconciliation
from adapters.web.requests import views as requests
from adapters.web.security import derive_session_key, protect
from adapters.web.seen_forms import mark_of
from adapters.web.sent_once import once_field
from adapters.web.session import views as session
from adapters.web.session.again import ask_to_log_in
from adapters.web.shipments import end_of_day, pickups
from adapters.web.shipments import views as shipments
from adapters.web.start import views as start
from adapters.web.statements import views as statements
from adapters.web.texts import set_up_texts
from adapters.web.theme import THEME_NAMES, chosen_theme
from engine.application import Application
from engine.ports import SandboxOffer
from rules.messages import Language
from storage.queries import Queries

HERE = Path(__file__).parent


def create_web(
    app: Application,
    queries: Queries,
    *,
    secret: bytes,
    language: Language = "en",
    sign_up_is_open: bool = True,
    hosts: AllowedHosts | None = None,
    trusted_proxies: Sequence[Network] = (),
    health: Health | None = None,
    trial: SandboxOffer | None = None,
    has_demo: Callable[[], bool] = lambda: False,
) -> Flask:
    """The pages as a WSGI application.

    `secret` is the newest secret key (32 bytes); sessions are signed with a key derived from it. `language` is spoken to
    browsers that ask for none of the known ones. `sign_up_is_open` says whether people make accounts by themselves. Attempts
    are counted in the process's memory. `trial` is the sandbox that a first account can connect in the place of a store,
    `has_demo` whether there are the demo's accounts to log in to.
    """
    web = RelevoFlask("relevo", root_path=str(HERE))
    key = derive_session_key(secret)
    web.extensions[EXTENSION] = Parts(app, queries, language, key, sign_up=sign_up_is_open, trial=trial, has_demo=has_demo)
    web.config.update(SECRET_KEY=key, SEND_FILE_MAX_AGE_DEFAULT=365 * 24 * 60 * 60)
    web.jinja_env.lstrip_blocks = True
    protect(web)
    compress_answers(web)
    CSRFProtect(web)
    set_up_texts(web)
    _ask_for_log_in(web)
    entering = (session, sign_up, passwords, joining)
    for area in (
        *entering,
        inbox,
        orders,
        bulk,
        labels,
        returns,
        requests,
        stores,
        clients,
        reconciliation,
        connections,
        settings,
        holds,
        shipments,
        end_of_day,
        pickups,
        statements,
        inventory,
        products,
        rules,
        insights,
        mail,
        colleagues,
        profile,
        find,
        rule_language,
        start,
    ):
        web.register_blueprint(area.pages)
    limit_attempts(web)
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
        if is_worth_keeping():
            return ask_to_log_in(entered())
        if request.method != "GET":
            return redirect(url_for("session.log_in"))
        return redirect(url_for("session.log_in", next=request.full_path.rstrip("?")))


def _add_words(web: Flask) -> None:
    web.jinja_env.filters.update(formatting.FILTERS)
    web.jinja_env.globals.update(
        wording=wording,
        navigation=navigation,
        LANGUAGE_NAMES=LANGUAGE_NAMES,
        page_language=page_language,
        mark_of=mark_of,
        once_field=once_field,
        THEME_NAMES=THEME_NAMES,
        chosen_theme=chosen_theme,
        sign_up_is_open=lambda: parts().sign_up,
        has_demo=lambda: parts().has_demo(),
        static_file=static_file,
        chosen_station=chosen_station,
        flag_label=wording.flag_label,
        flag_explanation=wording.flag_explanation,
        flag_urgency=wording.flag_urgency,
        in_words=wording.in_words,
        url_for=page_address,
        kept_part=kept_part,
        kept_lines=kept_lines,
    )
