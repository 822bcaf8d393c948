"""Answers travel compressed to browsers that take it, and only what that helps."""

from __future__ import annotations

import gzip
from collections.abc import Callable

from flask import Flask, Response
from flask.testing import FlaskClient
from support.shop import OWNER, Shop, ready
from werkzeug.test import TestResponse

from adapters.web.compression import LONGEST_PADDING_BYTES, SMALLEST_BYTES

LogIn = Callable[[str], FlaskClient]
TAKES = {"Accept-Encoding": "gzip, deflate, br"}
CSS = "/static/vendor/bootstrap/bootstrap.min.css"


def fetch(client: FlaskClient, path: str, **headers: str) -> TestResponse:
    """An answer that is read to its end, with its file closed."""
    with client.get(path, headers=dict(headers)) as answer:
        assert answer.data is not None
        return answer


def test_a_page_and_a_style_sheet_travel_as_gzip_to_whoever_takes_it(anonymous: FlaskClient) -> None:
    for path in ("/log-in", CSS, "/nothing-there", "/rules/schema.json"):
        plain, small = fetch(anonymous, path), fetch(anonymous, path, **TAKES)
        assert plain.status_code == small.status_code
        assert "Content-Encoding" not in plain.headers
        assert small.headers["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in small.headers["Vary"]
        assert "Accept-Encoding" in plain.headers["Vary"]
        assert len(small.data) < len(plain.data) / 2
        assert gzip.decompress(small.data)[:200] == plain.data[:200]
        assert small.content_length == len(small.data)
        refused = fetch(anonymous, path, **{"Accept-Encoding": "gzip;q=0"})
        assert "Content-Encoding" not in refused.headers


def test_what_browsers_keep_is_still_recognised(anonymous: FlaskClient) -> None:
    answer = fetch(anonymous, CSS, **TAKES)
    tag = answer.headers["ETag"]
    assert tag.startswith("W/")
    assert answer.cache_control.max_age == 365 * 24 * 60 * 60
    assert fetch(anonymous, CSS, **TAKES, **{"If-None-Match": tag}).status_code == 304


def test_a_static_file_that_is_not_there_is_said_and_none_beside_them_is_read(anonymous: FlaskClient) -> None:
    for path in ("/static/none.css", "/static/../application.py", "/static/%2e%2e/application.py"):
        answer = fetch(anonymous, path, **TAKES)
        assert answer.status_code == 404
        assert b"create_web" not in gzip.decompress(answer.data)


def test_pictures_documents_and_short_answers_stay_as_they_are(anonymous: FlaskClient) -> None:
    for path in ("/healthz", "/static/vendor/ace/main-1.png"):
        assert "Content-Encoding" not in fetch(anonymous, path, **TAKES).headers


def test_events_leave_one_by_one_and_what_is_encoded_is_not_encoded_again(web: Flask) -> None:
    long = "x" * SMALLEST_BYTES
    answers = {
        "events": Response((f"data: {long}\n\n" for _ in range(2)), mimetype="text/event-stream"),
        "rows": Response((f"{long}\n" for _ in range(2)), mimetype="text/csv"),
        "encoded": Response(gzip.compress(long.encode()), mimetype="text/plain", headers={"Content-Encoding": "gzip"}),
        "part": Response(long, status=206, mimetype="text/plain"),
    }
    for name, answer in answers.items():
        with web.test_request_context("/log-in", headers=TAKES):
            sent = web.process_response(answer)
        assert sent.headers.get("Content-Encoding") == ("gzip" if name == "encoded" else None)
        assert sent.is_streamed == (name in ("events", "rows"))


def test_the_size_of_a_page_does_not_tell_what_is_on_it(shop: Shop, log_in: LogIn) -> None:
    """Who can have a secret compressed beside a guess would learn from the size whether the guess is right (BREACH)."""
    shop.import_all(ready("7001"))
    client = log_in(OWNER)
    pages = [fetch(client, "/orders?q=guess", **TAKES) for _ in range(12)]
    names = {page.data[10 : page.data.index(0, 10)] for page in pages}
    assert all(page.data[3] & 8 for page in pages), "the envelope has a name"
    assert len(names) > 3
    assert max(map(len, names)) <= LONGEST_PADDING_BYTES
