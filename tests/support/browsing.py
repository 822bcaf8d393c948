"""What a browser does with a page's forms."""

from __future__ import annotations

import html
import re

from flask.testing import FlaskClient
from support.shop import PASSWORD
from werkzeug.test import TestResponse


def token_of(page: TestResponse) -> str:
    """The token that the page's forms send back."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert found is not None
    return found[1]


def send_log_in(client: FlaskClient, email: str, password: str = PASSWORD, address: str = "/log-in") -> TestResponse:
    """Fill in the log-in page and send it."""
    form = {"csrf_token": token_of(client.get(address)), "email": email, "password": password}
    return client.post(address, data=form)


def press(client: FlaskClient, page: str, action: str, **form: str) -> TestResponse:
    """Send one of a page's forms and go where it leads."""
    token = token_of(client.get(page))
    return client.post(action, data={"csrf_token": token, **form}, follow_redirects=True)


def words_of(page: TestResponse) -> str:
    """What a page says: its text without tags, one space between words."""
    return words_in(page.text)


def words_in(markup: str) -> str:
    """What a page or a part of it says."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())
