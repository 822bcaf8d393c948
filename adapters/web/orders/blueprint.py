"""The blueprint of an account's orders."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("orders", __name__, url_prefix="/orders")
