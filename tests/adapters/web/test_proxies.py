"""What reverse proxies tell, and whose word counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from ipaddress import ip_network
from typing import Any

import pytest
from flask import Flask
from support.browsing import token_of
from support.shop import OWNER, PASSWORD, Shop

from adapters.web.application import create_web
from adapters.web.proxies import TrustedProxies
from storage.queries import Queries

PROXIES = [ip_network("10.0.0.0/8"), ip_network("fd00::/8")]


def seen_behind(peer: str, **headers: str) -> dict[str, Any]:
    """The environment that the application gets."""
    seen: dict[str, Any] = {}

    def application(environ: dict[str, Any], _start: Callable[..., Any]) -> Iterable[bytes]:
        seen.update(environ)
        return []

    environ = {"REMOTE_ADDR": peer, "wsgi.url_scheme": "http", "HTTP_HOST": "inside:8080"}
    environ |= {f"HTTP_{name}": value for name, value in headers.items()}
    TrustedProxies(application, PROXIES)(environ, lambda *_: None)
    return seen


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "browser"),
    [
        ("10.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", "198.51.100.9, 203.0.113.7", "203.0.113.7"),  # the left one was sent by the browser itself
        ("10.0.0.1", "198.51.100.9, 203.0.113.7, 10.0.0.2", "203.0.113.7"),
        ("10.0.0.1", "10.1.1.1, 10.0.0.2", "10.1.1.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "unknown", "10.0.0.1"),
        ("10.0.0.1", "203.0.113.7, nonsense, 10.0.0.2", "10.0.0.2"),
        ("10.0.0.1", "203.0.113.7:4711", "203.0.113.7"),
        ("::ffff:10.0.0.1", "[2001:db8::7]:4711", "2001:db8::7"),
        ("fd00::1", "2001:db8::7", "2001:db8::7"),
        ("203.0.113.1", "198.51.100.9", "203.0.113.1"),  # not a proxy of ours
    ],
)
def test_the_right_most_address_that_is_no_proxy_is_the_browsers(peer: str, forwarded_for: str, browser: str) -> None:
    assert seen_behind(peer, X_FORWARDED_FOR=forwarded_for)["REMOTE_ADDR"] == browser


def test_scheme_and_host_come_from_the_nearest_proxy() -> None:
    seen = seen_behind("10.0.0.1", X_FORWARDED_PROTO="http, https", X_FORWARDED_HOST="evil.example, relevo.example")

    assert (seen["wsgi.url_scheme"], seen["HTTP_HOST"]) == ("https", "relevo.example")
    assert seen_behind("10.0.0.1", X_FORWARDED_PROTO="gopher")["wsgi.url_scheme"] == "http"


def test_nobody_else_is_believed() -> None:
    told = {
        "X_FORWARDED_FOR": "1.2.3.4",
        "X_FORWARDED_PROTO": "https",
        "X_FORWARDED_HOST": "evil.example",
        "FORWARDED": "for=1.2.3.4",
    }
    seen = seen_behind("203.0.113.1", **told)

    assert (seen["REMOTE_ADDR"], seen["wsgi.url_scheme"], seen["HTTP_HOST"]) == ("203.0.113.1", "http", "inside:8080")
    assert not any("FORWARDED" in name for name in seen)


@pytest.fixture
def proxied(shop: Shop) -> Flask:
    return create_web(shop.app, Queries(shop.database), secret=b"k" * 32, trusted_proxies=[ip_network("127.0.0.1/32")])


def log_in_by(web: Flask, browser: str, password: str = PASSWORD, scheme: str = "http") -> Any:
    client = web.test_client()
    headers = {"X-Forwarded-For": browser, "X-Forwarded-Proto": scheme, "Referer": f"{scheme}://localhost/log-in"}
    token = token_of(client.get("/log-in", headers=headers))
    return client.post("/log-in", data={"csrf_token": token, "email": OWNER, "password": password}, headers=headers)


def test_the_cookie_is_secure_when_the_browser_came_by_https(proxied: Flask, web: Flask) -> None:
    assert "Secure" in log_in_by(proxied, "203.0.113.7", scheme="https").headers["Set-Cookie"]
    assert "Secure" not in log_in_by(proxied, "203.0.113.7").headers["Set-Cookie"]
    assert "Secure" not in log_in_by(web, "203.0.113.7", scheme="https").headers["Set-Cookie"], "the proxy is not trusted"


def test_log_ins_are_limited_by_the_browsers_address(proxied: Flask) -> None:
    answers = [log_in_by(proxied, f"198.51.100.{number}, 203.0.113.7", "wrong").status_code for number in range(11)]

    assert answers == [*[401] * 10, 429], "another address before it does not make it another browser"
    assert log_in_by(proxied, "203.0.113.8").status_code == 302


def test_an_ipv6_browser_is_limited_by_its_network(proxied: Flask) -> None:
    answers = [log_in_by(proxied, f"2001:db8:1:2::{number}", "wrong").status_code for number in range(11)]

    assert answers == [*[401] * 10, 429]
    assert log_in_by(proxied, "2001:db8:1:3::1").status_code == 302


def test_without_proxies_the_header_changes_nothing(web: Flask) -> None:
    answers = [log_in_by(web, f"203.0.113.{number}", "wrong").status_code for number in range(11)]

    assert answers == [*[401] * 10, 429]
