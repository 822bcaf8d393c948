"""The blueprint of an account's rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint
from flask_babel import lazy_gettext

pages = Blueprint("rules", __name__, url_prefix="/rules")

SEVERITIES: Mapping[str, Any] = {
    "error": lazy_gettext("Error"),
    "warning": lazy_gettext("Warning"),
    "note": lazy_gettext("Note"),
}


@pages.context_processor
def _words() -> dict[str, Any]:
    return {"severities": SEVERITIES}
