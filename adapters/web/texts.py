"""The product's texts in the language of a page, found fast: a page says several hundred of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from babel.support import NullTranslations, Translations
from flask import Flask
from flask_babel import Babel, Domain, get_locale
from markupsafe import Markup

from adapters.web.language import choose_locale, choose_time_zone, page_language
from rules.messages import LANGUAGES

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


class Said:
    """What pages of one language say as `_("…")`: markup, in which what stands in for `%(name)s` is escaped.

    The same as Jinja's own, which goes through three functions for each text, asks for the page's language each time, and fills
    in values also where there are none.
    """

    def __init__(self, language: str) -> None:
        self._translate = Translations.load(str(DIRECTORY), [language]).ugettext
        self._plain: dict[str, Markup] = {}

    def __call__(self, text: str, /, **values: Any) -> Markup:
        if values:
            return self._marked(text) % values
        found = self._plain.get(text)
        if found is None:
            found = self._plain[text] = self._marked(text) % {}
        return found

    def _marked(self, text: str) -> Markup:
        return Markup(self._translate(text))  # noqa: S704 - texts are the product's own


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
    said = {language: Said(language) for language in LANGUAGES}
    web.context_processor(lambda: {"_": said[page_language()]})
