"""The schema and the catalogue, as editors fetch them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from support.shop import OWNER

from rules.catalogue import catalogue
from rules.schema import rule_set_schema

LogIn = Callable[[str], FlaskClient]


def test_an_editor_gets_the_schema_without_a_log_in_and_may_keep_it(anonymous: FlaskClient) -> None:
    answer = anonymous.get("/schemas/rule-set.json")

    assert answer.status_code == 200
    assert answer.content_type == "application/schema+json"
    assert answer.json == rule_set_schema("en")
    Draft202012Validator.check_schema(answer.json)
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(("query", "language"), [("?language=es", "es"), ("?language=en", "en"), ("?language=tlh", "en")])
def test_the_schema_speaks_the_language_of_its_address(anonymous: FlaskClient, query: str, language: str) -> None:
    answer = anonymous.get(f"/schemas/rule-set.json{query}", headers={"Accept-Language": "es" if language == "en" else "en"})

    assert answer.json == rule_set_schema(language)


@pytest.mark.parametrize("address", ["/schemas/rule-set.json", "/api/rules/catalogue"])
def test_what_has_not_changed_is_not_sent_again(anonymous: FlaskClient, address: str) -> None:
    tag = anonymous.get(address).headers["ETag"]
    again = anonymous.get(address, headers={"If-None-Match": tag})
    other = anonymous.get(address, headers={"If-None-Match": '"something else"'})

    assert (again.status_code, again.data) == (304, b"")
    assert other.status_code == 200


def test_the_catalogue_comes_in_the_language_of_the_pages(anonymous: FlaskClient, log_in: LogIn) -> None:
    english = anonymous.get("/api/rules/catalogue", headers={"Accept-Language": "en"})
    spanish = anonymous.get("/api/rules/catalogue", headers={"Accept-Language": "es"})

    assert english.json == catalogue("en")
    assert spanish.json == catalogue("es")
    assert english.headers["ETag"] != spanish.headers["ETag"]
    assert english.content_type == "application/json"
    assert english.headers["Cache-Control"] == "no-cache"
    assert {"Accept-Language", "Cookie"} <= {name.strip() for name in english.headers["Vary"].split(",")}
    assert log_in(OWNER).get("/api/rules/catalogue").status_code == 200


def test_pages_with_data_are_still_kept_nowhere(log_in: LogIn) -> None:
    assert log_in(OWNER).get("/orders").headers["Cache-Control"] == "no-store"
