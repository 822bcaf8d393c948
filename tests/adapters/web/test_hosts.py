"""Under which names the pages answer, and that no address is made from what a request says."""

from __future__ import annotations

import socket
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from support.shop import Shop

from adapters.web.application import create_web
from adapters.web.hosts import AllowedHosts
from adapters.web.stores.consent import callback_address
from storage.queries import Queries

MALFORMED = [
    *("x" * 4000, "a b", "[::1", "localhost:port", "localhost:1:2", "localhost:99999", "", ".", "a..b", "ñ.example"),
    *("local\\host", "localhost/x", "a@localhost"),
]


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "evil.example:8080", *MALFORMED])
def test_a_request_under_another_name_is_refused_in_words(anonymous: FlaskClient, host: str) -> None:
    answer = anonymous.get("/log-in", headers={"Host": host})

    assert answer.status_code == 400
    assert "RELEVO_ALLOWED_HOSTS" in answer.text
    assert answer.mimetype == "text/plain"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert host == "" or host == "." or host not in answer.text


def test_the_refusal_speaks_the_browsers_language(anonymous: FlaskClient) -> None:
    answer = anonymous.get("/", headers={"Host": "evil.example", "Accept-Language": "es-ES,es;q=0.9,en;q=0.5"})

    assert answer.text.startswith("Este servicio no responde con ese nombre.")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.parametrize("host", ["relevo.internal", *MALFORMED])
def test_probes_ask_under_any_name(anonymous: FlaskClient, path: str, host: str) -> None:
    assert anonymous.get(path, headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("path", ["/hooks/brightpearl/sto_1?token=x", "/language", "/static/relevo.css"])
def test_it_is_refused_whatever_was_asked_for(anonymous: FlaskClient, path: str) -> None:
    assert anonymous.post(path, headers={"Host": "evil.example"}).status_code == 400


@pytest.mark.parametrize(
    ("hosts", "answered", "refused"),
    [
        (
            AllowedHosts(public_url="https://relevo.example:8443/orders", listens_on="Box.lan"),
            [
                "relevo.example",
                "RELEVO.example:8443",
                "relevo.example.",
                "localhost:8080",
                "192.168.1.5",
                "[fd00::1]:80",
                "box.lan",
            ],
            ["evil.example", "example", "sub.relevo.example"],
        ),
        (
            AllowedHosts(["shop.example", ".lan"], public_url="https://relevo.example"),
            ["shop.example:80", "a.lan", "b.a.lan", "relevo.example", "localhost", "127.0.0.1:80", "[::1]"],
            ["192.168.1.5", "lan", "xlan", "a.shop.example"],
        ),
        (
            AllowedHosts(["192.168.1.5", "fd00::1"]),
            ["192.168.1.5:8080", "[fd00::1]:8080", "localhost"],
            ["192.168.1.6", "[fd00::2]"],
        ),
        (AllowedHosts(["*"]), ["whatever.example", "1.2.3.4"], ["a b", "", "x" * 4000]),
    ],
)
def test_names_of_ours(hosts: AllowedHosts, answered: list[str], refused: list[str]) -> None:
    assert [name for name in answered if not hosts.answers_to(name)] == []
    assert [name for name in refused if hosts.answers_to(name)] == []


def test_this_machines_own_name_is_one_of_them() -> None:
    name = socket.gethostname()

    assert AllowedHosts().answers_to(name)
    assert AllowedHosts().answers_to(f"{name.partition('.')[0]}.local:8080")
    assert not AllowedHosts(["relevo.example"]).answers_to(name)


@pytest.mark.parametrize("host", ["10.6.6.6", "localhost:81"])
def test_the_address_for_the_consent_is_never_taken_from_the_request(shop: Shop, host: str) -> None:
    def callback(web: Flask) -> str:
        with web.test_request_context("/stores", headers={"Host": host}):
            return callback_address()

    def pages(**changes: str) -> Flask:
        app = replace(shop.app, **changes)
        return create_web(app, Queries(shop.database), secret=b"k" * 32)

    assert callback(pages()) == "http://localhost/stores/oauth/callback", "where the server says that it listens"
    assert callback(pages(local_url="http://127.0.0.1:8080")) == "http://127.0.0.1:8080/stores/oauth/callback"
    assert callback(pages(public_url="https://relevo.example")) == "https://relevo.example/stores/oauth/callback"
