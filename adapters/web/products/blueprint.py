"""What all pages about products share."""

from __future__ import annotations

from flask import Blueprint, request

from adapters.web.default_files import allow_for_a_file

pages = Blueprint("products", __name__, url_prefix="/products")


@pages.url_value_preprocessor
def allow_for_defaults(endpoint: str | None, _values: object) -> None:
    """The form with a file may be larger than others."""
    if endpoint == "products.import_defaults" and request.method == "POST":
        allow_for_a_file()
