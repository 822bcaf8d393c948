"""Light or dark: as the person has chosen, else as this browser has, else as the device is."""

from __future__ import annotations

from flask import request
from flask_babel import lazy_gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from adapters.web.language import has_person
from engine.model.account import SYSTEM_THEME, THEMES

THEME_NAMES = {"system": lazy_gettext("As the device"), "light": lazy_gettext("Light"), "dark": lazy_gettext("Dark")}
_COOKIE = "relevo_theme"
_KEPT_S = 365 * 24 * 60 * 60


def chosen_theme() -> str:
    """One of THEMES. A page about a failure does not ask the database: it shows what the browser has."""
    if has_person():
        return str(current_user.user.theme)
    kept = request.cookies.get(_COOKIE, "")
    return kept if kept in THEMES else SYSTEM_THEME


def keep_theme(response: Response, theme: str) -> None:
    """Have the browser keep it for the pages before the log-in."""
    response.set_cookie(_COOKIE, theme, max_age=_KEPT_S, httponly=True, samesite="Lax", secure=request.is_secure)
