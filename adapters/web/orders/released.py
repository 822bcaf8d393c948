"""What a page says after a release: what is on its way now, and what still waits."""

from __future__ import annotations

from flask import flash
from flask_babel import gettext

from adapters.web.language import page_language
from engine.services.repair.release import Released


def flash_released(released: Released) -> None:
    """A notice of what left, and another of what still waits."""
    language = page_language()
    left = " ".join(one.format(language) for one in released.left)
    waits = " ".join(one.format(language) for one in released.waits)
    if left:
        flash(left, "success")
    if waits:
        flash(gettext("Still waits: %(what)s", what=waits), "warning")
    if not (left or waits):
        flash(gettext("Nothing had waited for it."), "success")
