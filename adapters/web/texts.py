"""The product's texts in the language of a page, found fast: a page says several hundred of them."""

from __future__ import annotations

from pathlib import Path

from babel.support import NullTranslations, Translations
from flask import Flask
from flask_babel import Babel, Domain, get_locale

from adapters.web.language import choose_locale, choose_time_zone

DIRECTORY = Path(__file__).parent / "translations"


class PageTexts(Domain):
    """Implements `flask_babel.Domain`; the original writes the locale out for each text, to know its catalogue by that."""

    def __init__(self) -> None:
        super().__init__(str(DIRECTORY))
        self._by_language: dict[str, Translations | NullTranslations] = {}

    def get_translations(self) -> Translations | NullTranslations:
        """Those of the page's language; none outside a request."""
        locale = get_locale()
        if locale is None:
            return NullTranslations()
        found = self._by_language.get(locale.language)
        if found is None:
            found = self._by_language[locale.language] = Translations.load(str(DIRECTORY), [locale.language])
        return found


def set_up_texts(web: Flask) -> None:
    """Let pages speak the language, and write numbers and times, of whoever reads them."""
    babel = Babel(web, locale_selector=choose_locale, timezone_selector=choose_time_zone)
    texts = PageTexts()
    babel.domain_instance = texts
    web.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # jinja2.ext.i18n adds it
        lambda text: texts.get_translations().ugettext(text),
        lambda one, many, count: texts.get_translations().ungettext(one, many, count),
        newstyle=True,
    )
