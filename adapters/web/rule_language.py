"""What rules may hold, for programs: the JSON Schema of rule files, and the catalogue of the rule editor. Nothing secret."""

from __future__ import annotations

from functools import cache

from flask import Blueprint, Response, request

from adapters.web.language import page_language
from rules.catalogue import catalogue
from rules.messages import LANGUAGES, Language
from rules.order_document import dumps
from rules.schema import rule_set_schema

pages = Blueprint("rule_language", __name__)

SCHEMA_SECONDS = 60 * 60


@pages.get("/schemas/rule-set.json")
def schema() -> Response:
    """The schema in English, or with `?language=es` in Spanish. One address has one answer, so that anything may keep it."""
    wanted = request.args.get("language")
    answer = _json(_schema(wanted if wanted in LANGUAGES else "en"), "application/schema+json")
    answer.cache_control.public = True
    answer.cache_control.max_age = SCHEMA_SECONDS
    return answer


@pages.get("/api/rules/catalogue")
def rule_catalogue() -> Response:
    """The catalogue in the language of the pages. A browser asks each time whether it is still the same."""
    answer = _json(_catalogue(page_language()), "application/json")
    answer.cache_control.no_cache = True
    answer.vary.update(("Accept-Language", "Cookie"))
    return answer


def _json(content: bytes, media_type: str) -> Response:
    """An answer that is empty, with status 304, for somebody who has it already."""
    answer = Response(content, content_type=media_type)
    answer.add_etag()
    answer.make_conditional(request)
    return answer


@cache
def _schema(language: Language) -> bytes:
    return dumps(rule_set_schema(language))


@cache
def _catalogue(language: Language) -> bytes:
    return dumps(catalogue(language))
