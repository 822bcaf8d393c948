"""The blueprint of connections."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("connections", __name__, url_prefix="/connections")
