"""The language, the time zone and the theme that somebody wants."""

from __future__ import annotations

from engine.application import Application
from engine.model.account import THEMES, User
from engine.services.accounts.accounts import check_zone
from engine.services.refusals import Refused
from rules.messages import LANGUAGES, Text

BAD_LANGUAGE = Text('"{language}" is not a language of these pages.', '"{language}" no es un idioma de estas páginas.')
BAD_THEME = Text('"{theme}" is not a theme of these pages.', '"{theme}" no es un tema de estas páginas.')


def change_profile(app: Application, user: User, *, language: str, time_zone: str | None) -> None:
    """Keep what a person wants, in every account of theirs; without a time zone, that of the account counts. Raises Refused."""
    if language not in LANGUAGES:
        raise Refused("bad_language", BAD_LANGUAGE, language=language)
    if time_zone is not None:
        check_zone(time_zone)
    with app.unit_of_work() as uow:
        uow.users.set_profile(user.account_id, user.id, language=language, time_zone=time_zone)
        uow.commit()


def change_theme(app: Application, user: User, theme: str) -> None:
    """Keep in which theme a person reads the pages, in every account of theirs. Raises Refused."""
    if theme not in THEMES:
        raise Refused("bad_theme", BAD_THEME, theme=theme)
    with app.unit_of_work() as uow:
        uow.users.set_theme(user.account_id, user.id, theme)
        uow.commit()
