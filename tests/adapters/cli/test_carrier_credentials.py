"""`carrier-accounts add` with what a carrier of another system needs: its keys, and settings of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from support.command_line import Answer, Call

from adapters.sandboxes.sendcloud import SendcloudServer

KEYS = "public_key=sandbox-public-key\nsecret_key=sandbox-secret-key\n"


@pytest.fixture
def sandbox() -> Iterator[SendcloudServer]:
    with SendcloudServer() as running:
        yield running


def add(relevo: Call, merchant: str, *options: str, carrier: str = "sendcloud", stdin: str | bytes = KEYS) -> Answer:
    wanted = ("--account", merchant, "--carrier", carrier, "--service", "postnl:standard", "--credentials-stdin")
    return relevo("carrier-accounts", "add", *wanted, *options, "--json", stdin=stdin)


def test_keys_come_from_the_standard_input_and_settings_from_options(
    relevo: Call, merchant: str, sandbox: SendcloudServer
) -> None:
    added = add(relevo, merchant, "--setting", f"url={sandbox.url}", "--setting", " contract_id = 517 ")
    assert (added.code, added.json["carrier"]) == (0, "sendcloud")
    assert sandbox.calls == [("GET", "/api/v3/user/auth/metadata")]
    listed = relevo("carrier-accounts", "list", "--account", merchant, "--json")
    assert [one["id"] for one in listed.json["carrier_accounts"]] == [added.json["id"]]
    assert b"sandbox-secret-key" not in listed.out


def test_the_address_and_the_secret_of_a_carrier_s_calls(relevo: Call, merchant: str, sandbox: SendcloudServer) -> None:
    added = add(relevo, merchant, "--setting", f"url={sandbox.url}").json["id"]
    shown = relevo("carrier-accounts", "calls", added, "--json")
    assert shown.json["url"].endswith(f"/api/carriers/{added}/events")
    assert shown.json["has_secret"] is False
    kept = relevo("carrier-accounts", "calls", added, "--secret-stdin", "--json", stdin="between us\n")
    assert (kept.json["has_secret"], b"between us" in kept.out) == (True, False)
    assert relevo("carrier-accounts", "calls", added, "--no-secret", "--json").json["has_secret"] is False
    assert (none := relevo("carrier-accounts", "calls", added, "--secret-stdin", stdin=" \n")).code == 2
    assert "No secret came" in none.sentence
    both = relevo("carrier-accounts", "calls", added, "--secret-stdin", "--no-secret", stdin="x")
    assert (both.code, "not both" in both.sentence) == (2, True)
    assert relevo("carrier-accounts", "calls", "car_unknown", "--json").code == 1


def test_keys_that_the_carrier_does_not_take_are_not_kept(relevo: Call, merchant: str, sandbox: SendcloudServer) -> None:
    refused = add(relevo, merchant, "--setting", f"url={sandbox.url}", stdin="public_key=a\r\n\r\nsecret_key = b=c \r\n")
    assert refused.sentence == "Sendcloud does not accept the keys of this carrier account: enter them anew."
    assert relevo("carrier-accounts", "list", "--account", merchant, "--json").json == {"carrier_accounts": []}


@pytest.mark.parametrize(
    ("stdin", "code", "sentence"),
    [
        ("", 2, "No credentials came"),
        ("public_key=a\nthe secret\n", 2, "Line 2 of the standard input: write NAME=VALUE"),
        ("public_key=a\n=b\n", 2, "Line 2 of the standard input: write NAME=VALUE"),
        ("public_key=a\npublic_key=b\n", 2, 'Line 2 of the standard input: "public_key" is there twice.'),
        (b"public_key=\xff\n", 2, "The standard input is not text in UTF-8."),
        ("public_key=a\n", 1, "Sendcloud needs Secret key"),
        ("public_key=a\nsecret=b\n", 1, 'Sendcloud is not logged in to with "secret": give it public_key, secret_key.'),
    ],
)
def test_what_is_wrong_with_keys_is_said_without_quoting_them(
    relevo: Call, merchant: str, stdin: Any, code: int, sentence: str
) -> None:
    refused = add(relevo, merchant, stdin=stdin)
    assert (refused.code, sentence in refused.sentence) == (code, True)
    assert "the secret" not in refused.sentence


@pytest.mark.parametrize(
    ("settings", "code", "sentence"),
    [
        (("contract_id",), 2, "--setting: write NAME=VALUE, such as contract_id=517."),
        (("url=a", "url=b"), 2, '--setting: "url" is there twice.'),
        (("contract_id=mine",), 1, "contract_id has to be a number"),
        (("colour=red",), 1, 'no setting "colour"'),
        (("url=http://10.0.0.1/api/v3",), 1, "RELEVO_ALLOW_NETWORKS"),
    ],
)
def test_settings_that_cannot_be_used_say_why(
    relevo: Call, merchant: str, settings: tuple[str, ...], code: int, sentence: str
) -> None:
    refused = add(relevo, merchant, *(part for one in settings for part in ("--setting", one)))
    assert (refused.code, sentence in refused.sentence) == (code, True)


def test_a_carrier_that_nobody_logs_in_to_takes_no_keys(relevo: Call, merchant: str) -> None:
    refused = add(relevo, merchant, carrier="house")
    assert refused.sentence == "House carrier is not logged in to: leave the credentials out."
    wanted = ("--account", merchant, "--carrier", "house", "--service", "van", "--setting", "number_prefix=CV", "--json")
    assert relevo("carrier-accounts", "add", *wanted).code == 0


def test_the_options_of_the_stand_in_reach_it(relevo: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, Any] = {}
    monkeypatch.setattr("adapters.sandboxes.sendcloud.run_sendcloud", lambda port, **options: given.update(options, port=port))
    answer = relevo("sandbox", "sendcloud", "--port", "0", "--cancel", "never", "--fault", "slow:announce:2", "--no-throttle")
    assert answer.code == 0
    assert (given["port"], given["public_key"], given["options"].cancel) == (0, "sandbox-public-key", "never")
    assert [(one.kind, one.call, one.times) for one in given["faults"]] == [("slow", "announce", 2)]
    assert "there is none such as fire:announce" in relevo("sandbox", "sendcloud", "--fault", "fire:announce").sentence
