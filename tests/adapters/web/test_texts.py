"""What templates say by `_("…")` is what Jinja and Flask-Babel would make of it, escaped likewise."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from flask import Flask, render_template_string
from flask_babel import force_locale
from markupsafe import Markup

from adapters.web import texts
from adapters.web.texts import Said
from rules.messages import LANGUAGES, Language

CATALOGUE = Path(texts.__file__).parent / "translations/es/LC_MESSAGES/messages.po"
NAMED = re.compile(r"%\((\w+)\)s")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_said_as_jinja_says_it(web: Flask, language: Language) -> None:
    with CATALOGUE.open("rb") as file:
        messages = [str(one.id) for one in read_po(file) if one.id and isinstance(one.id, str)]
    said = Said(language)
    with web.test_request_context(), force_locale(language):
        original = web.jinja_env.from_string("{{ gettext(text, **values) }}")
        for text in messages:
            values = {name: f"<{name}>" for name in NAMED.findall(text)}
            assert said(text, **values) == original.render(text=text, values=values)
    assert len(messages) > 1500


def test_pages_say_it_in_their_language_and_escape_what_stands_in_it(web: Flask) -> None:
    page = '{{ _("Orders") }}|{{ _("Times in %(zone)s", zone=zone) }}|{{ _("100%%") }}'
    found = {}
    for language in LANGUAGES:
        with web.test_request_context(), force_locale(language):
            found[language] = render_template_string(page, zone="<b>")

    assert found == {"en": "Orders|Times in &lt;b&gt;|100%", "es": "Pedidos|Horas en &lt;b&gt;|100%"}


def test_templates_have_it_and_not_jinjas_own(web: Flask) -> None:
    with web.test_request_context(), force_locale("es"):
        context: dict[str, object] = {}
        web.update_template_context(context)

    assert isinstance(context["_"], Said)
    assert context["_"]("Orders") == Markup("Pedidos")
