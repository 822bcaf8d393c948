"""Addresses of pages are those that Flask says, also below another application's root."""

from __future__ import annotations

import pytest
from flask import Flask, url_for

from adapters.web.addresses import page_address, static_file, with_query


@pytest.mark.parametrize("root", ["", "/relevo"])
def test_addresses_are_those_of_the_application_that_serves_the_page(web: Flask, root: str) -> None:
    for _ in range(2):  # worked out, and kept
        with web.test_request_context("/", environ_overrides={"SCRIPT_NAME": root}):
            assert page_address("orders.index") == url_for("orders.index") == f"{root}/orders"
            assert page_address("orders.index", tag="a b", sort=["x", "y"]) == url_for("orders.index", tag="a b", sort=["x", "y"])
            assert page_address("orders.show", order_id="ord_1", _anchor="fields") == f"{root}/orders/ord_1#fields"
            assert static_file("relevo.css").startswith(f"{root}/static/relevo.css?v=")


def test_a_query_has_each_of_its_values(web: Flask) -> None:
    pairs = [("tag", "ñ &"), ("tag", "2"), ("q", "a=b+c")]
    with web.test_request_context("/"):
        assert with_query("orders.index", pairs) == "/orders?tag=%C3%B1+%26&tag=2&q=a%3Db%2Bc"
        assert with_query("orders.index", pairs) == url_for("orders.index", tag=["ñ &", "2"], q="a=b+c")
        assert with_query("orders.index", []) == "/orders"


def test_a_static_file_that_is_missing_is_an_error(web: Flask) -> None:
    with web.test_request_context("/"), pytest.raises(FileNotFoundError):
        static_file("none.css")
