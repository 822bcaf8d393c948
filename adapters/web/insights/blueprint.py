"""Where the pages of figures are entered."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("insights", __name__, url_prefix="/insights")
