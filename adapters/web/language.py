"""Language, region and time zone of a page."""

from __future__ import annotations

from typing import cast

from babel import Locale
from flask import g, has_request_context, request, session
from flask_babel import get_locale
from flask_login import current_user

from adapters.locales import LOCALES
from adapters.web.parts import parts
from adapters.web.people import Person
from rules.messages import LANGUAGES, Language

LANGUAGE_NAMES = {"en": "English", "es": "Español"}


def choose_locale() -> Locale:
    """How numbers, amounts and dates are written: as the language is, whatever the account's country."""
    return LOCALES[choose_language()]


def choose_language() -> Language:
    """What was chosen at the foot of a page, else the person's language, else the browser's, else the operator's."""
    person = _person()
    for wanted in (session.get("language"), None if person is None else person.user.language):
        if wanted in LANGUAGES:
            return cast(Language, wanted)
    return cast(Language, request.accept_languages.best_match(LANGUAGES, parts().language))


def choose_time_zone() -> str:
    """The person's time zone, else the account's; UTC before the log-in."""
    person = _person()
    return "UTC" if person is None else person.time_zone


def page_language() -> Language:
    """The language that this page is written in."""
    locale = get_locale()
    return cast(Language, locale.language if locale is not None and locale.language in LANGUAGES else "en")


def has_person() -> bool:
    """Whether somebody is logged in. A page about a failure does not ask the database: it may be what failed."""
    return has_request_context() and not g.get("failed") and bool(current_user.is_authenticated)


def _person() -> Person | None:
    return cast(Person, current_user) if has_person() else None
