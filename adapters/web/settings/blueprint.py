"""What all pages about settings share."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("settings", __name__, url_prefix="/settings")
