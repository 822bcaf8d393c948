"""Pages for what went wrong: what happened and what to do, in words; never a traceback."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Flask, Response, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, refresh
from flask_login import current_user
from flask_wtf.csrf import CSRFError, generate_csrf
from werkzeug.exceptions import HTTPException, InternalServerError, NotFound

from adapters.web.kept_forms import entered, is_worth_keeping
from adapters.web.parts import parts
from adapters.web.security import path_to_log
from adapters.web.session.again import ask_to_log_in, offer_again
from engine.log import get_logger
from engine.ports import NotFound as NothingThere
from engine.ports import StorageUnavailable

RETRY_AFTER_S = 15

log = get_logger(__name__)

TOO_MANY_REQUESTS = 429
OUTDATED = {"Form-Outdated": "yes"}  # tells our scripts that the form must be sent as a page sends it, to be kept
LIMIT_RETRY_AFTER_S = 60  # where the limit that was met does not say


class RelevoFlask(Flask):
    """Flask, let pass by the process's long work, and with failures in the log under a number that the person sees too."""

    def full_dispatch_request(self) -> Response:
        """An answer, which is on its way afterwards: what is streamed counts until it begins."""
        with parts().app.answering.answer():
            return super().full_dispatch_request()

    def log_exception(self, exc_info: Any) -> None:
        g.incident = secrets.token_hex(4)
        log.error("page failed", incident=g.incident, method=request.method, path=path_to_log(), exc_info=exc_info)


def handle_errors(web: Flask) -> None:
    web.register_error_handler(HTTPException, _show_problem)
    web.register_error_handler(CSRFError, _show_stale_form)
    web.register_error_handler(NothingThere, _show_nothing_there)
    web.register_error_handler(StorageUnavailable, _show_unavailable)
    web.register_error_handler(InternalServerError, _show_failure)


def _show_problem(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None:
        return error.response
    code = error.code or 500
    title, advice = _words(code)
    return render_template("errors/problem.html", code=code, title=title, advice=advice), code, _headers(error)


def _headers(error: HTTPException) -> list[tuple[str, str]]:
    kept = [(name, value) for name, value in error.get_headers() if name in ("Allow", "Retry-After")]
    if error.code == TOO_MANY_REQUESTS and not any(name == "Retry-After" for name, _ in kept):
        kept.append(("Retry-After", str(g.get("retry_after_s", LIMIT_RETRY_AFTER_S))))
    return kept


def _show_stale_form(_error: CSRFError) -> ResponseReturnValue:
    title = gettext("This page has been open for too long")
    if is_worth_keeping():
        return (offer_again(entered(), title), 400) if current_user.is_authenticated else ask_to_log_in(entered())
    advice = gettext("Nothing was changed. Go back, load the page again and repeat what you did.")
    return render_template("errors/problem.html", code=400, title=title, advice=advice), 400, OUTDATED


def _show_nothing_there(_error: NothingThere) -> ResponseReturnValue:
    return _show_problem(NotFound())


def _show_failure(_error: InternalServerError) -> ResponseReturnValue:
    g.failed = True  # from here on nothing asks the database: it may be what failed
    refresh()
    title = gettext("Something went wrong here")
    advice = gettext(
        "It is not your fault and nothing was lost. Try again in a minute; if it stays like this, tell the operator."
    )
    # Rendered without Flask's context, which would load the person.
    page = current_app.jinja_env.get_template("errors/failure.html")
    return page.render(code=500, title=title, advice=advice, incident=g.get("incident")), 500


def _show_unavailable(error: StorageUnavailable) -> ResponseReturnValue:
    """The database is locked, read-only or away: what was entered is on the page, to be sent again."""
    log.warning("database unavailable", problem=str(error), method=request.method, path=path_to_log())
    g.failed = True
    refresh()
    page = current_app.jinja_env.get_template("errors/unavailable.html").render(
        code=503,
        title=gettext("The database cannot be used right now"),
        advice=_advice(error),
        seconds=RETRY_AFTER_S,
        address=request.full_path.rstrip("?"),
        form=entered() if request.method == "POST" else None,
        token=generate_csrf() if request.method == "POST" else "",
    )
    return page, 503, {"Retry-After": str(RETRY_AFTER_S)}


def _advice(error: StorageUnavailable) -> str:
    """What to do; how the database words it belongs into the log."""
    match error.message.code:
        case "database_locked":
            return gettext("Another program is using it, a backup for example. Nothing was changed: try again in a moment.")
        case "database_read_only":
            return gettext("It can be read but not written to, so nothing was changed. Tell the operator, then try again.")
        case _:
            return gettext("Nothing was changed. Try again in a moment; if it stays like this, tell the operator.")


def _words(code: int) -> tuple[str, str]:
    match code:
        case 404:
            return gettext("There is nothing here"), gettext(
                "The address may be mistyped, or what it led to belongs to another account. Start again from the orders."
            )
        case 403:
            return gettext("You may look at this, but not change it"), gettext(
                "Ask an admin of your account to do it, or to make you one."
            )
        case 405:
            return gettext("This page cannot be opened like that"), gettext("Go back and use the button on the page.")
        case 413:
            return gettext("That was too much at once"), gettext("What you sent is larger than this page takes. Send less.")
        case 429:
            return gettext("Too many attempts"), gettext("Wait a minute, then try again.")
        case _:
            return gettext("That could not be understood"), gettext(
                "Nothing was changed. Go back, check what you entered and try again."
            )
