"""Calls to providers' systems: where they may go, how long they may take, and what each answer means."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import Any

import pytest
from support.brightpearl_stub import Answer, StubBrightpearl, serving
from support.clock import FixedClock
from support.examples import NOON

from adapters.providers.http.system import MAX_ANSWER_BYTES, HttpProviderSystem
from engine.model.integrated_provider import IntegratedProvider, ProviderSecrets
from engine.ports import ProviderRefused, ProviderUnavailable

LOOPBACK = [ipaddress.ip_network("127.0.0.0/8")]


@pytest.fixture
def stub() -> Iterator[StubBrightpearl]:
    with serving(StubBrightpearl()) as running:
        yield running


def provider_at(url: str) -> IntegratedProvider:
    secrets = ProviderSecrets("whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=")
    return IntegratedProvider("acc_p", "acc_m", "con_1", url, secrets, NOON)


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        (Answer(500, b"{}"), ProviderUnavailable, "fails now (HTTP 500)"),
        (Answer(429, b""), ProviderUnavailable, "fails now (HTTP 429)"),
        (Answer(401, b""), ProviderRefused, "give it the secret of this connection"),
        (
            Answer(302, b"", {"Location": "https://elsewhere.example"}),
            ProviderRefused,
            "redirect (HTTP 302), which is not followed",
        ),
        (Answer(404, b"<html>"), ProviderRefused, "knows no such address (HTTP 404)"),
        (Answer(422, b'{"error": {"message": "No such SKU.\\u0007"}}'), ProviderRefused, '"No such SKU.<U+0007>."'),
        (Answer(400, b"[]"), ProviderRefused, '"–"'),
        (Answer(200, b"x" * (MAX_ANSWER_BYTES + 1)), ProviderUnavailable, "more than 65536 bytes"),
    ],
)
def test_each_answer_is_unclear_or_a_clear_no_with_what_to_do(
    stub: StubBrightpearl, answer: Answer, kind: type[Exception], said: str
) -> None:
    stub.reply = lambda seen: answer
    system = HttpProviderSystem(FixedClock(), LOOPBACK)

    with pytest.raises(kind) as failed:
        system.ask_cancel(provider_at(stub.url), "ffr_1", "ffr_1:cancel-1")
    assert said in str(failed.value)


def test_an_unknown_reference_is_told_from_an_address_that_is_not_there(stub: StubBrightpearl) -> None:
    stub.reply = lambda seen: Answer(404, b'{"error": {"code": "unknown_reference", "message": "None."}}')
    system = HttpProviderSystem(FixedClock(), LOOPBACK)

    assert system.look_up(provider_at(stub.url), "ffr_1") is None
    assert system.ask_cancel(provider_at(stub.url), "ffr_1", "ffr_1:cancel-1") is False


def test_addresses_are_public_and_encrypted_unless_the_operator_allows_others(stub: StubBrightpearl) -> None:
    strict, lenient = HttpProviderSystem(FixedClock()), HttpProviderSystem(FixedClock(), LOOPBACK)
    cases: list[tuple[Any, str, str]] = [
        (strict, stub.url, "not a public address"),
        (strict, "https://127.0.0.1/x", "not a public address"),
        (lenient, "http://8.8.8.8/x", "is not encrypted"),
        (lenient, "ftp://127.0.0.1", "is not a web address"),
        (lenient, "https://me:pw@127.0.0.1", "is not a web address"),
        (lenient, f"{stub.url}?a=b", "has a query"),
        (lenient, f"{stub.url}/{'x' * 500}", "more than 500 characters"),
        (lenient, "https://169.254.169.254/", "is refused"),
    ]
    for system, url, said in cases:
        with pytest.raises(ProviderRefused) as refused:
            system.check_url(url)
        assert said in str(refused.value), url
    assert lenient.check_url(f" {stub.url}/wms/ ") == f"{stub.url}/wms"
    with pytest.raises(ProviderRefused, match="not a public address"):
        strict.test(provider_at(stub.url))
    with pytest.raises(ProviderRefused, match="is not encrypted"):
        lenient.test(provider_at("http://8.8.8.8"))


def test_nobody_there_is_unclear(stub: StubBrightpearl) -> None:
    system = HttpProviderSystem(FixedClock(), LOOPBACK)
    with pytest.raises(ProviderUnavailable, match="does not answer: the connection failed"):
        system.test(provider_at("http://127.0.0.1:1"))
