"""What is shown to who follows a link that no longer works."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from adapters.web.language import page_language
from engine.services.refusals import Refused


def show_ended(refusal: Refused, label: str, address: str) -> ResponseReturnValue:
    """Why, and where to go from here."""
    sentence = refusal.format(page_language())
    page = render_template("entering/ended.html", sentence=sentence, label=label, address=address)
    return page, 404 if refusal.message.code == "no_link" else 410
