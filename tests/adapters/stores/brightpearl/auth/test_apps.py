"""Private apps and signed tokens against the sandbox: let in, and refused with what to look at."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from support.brightpearl_access import ACCESS

from adapters.sandboxes.brightpearl import SandboxServer
from adapters.stores.brightpearl.auth.signed_app import sign
from adapters.stores.brightpearl.session import BrightpearlSession
from engine.model.sentence import sentence_of
from engine.ports import CredentialsRefused

Open = Callable[..., BrightpearlSession]
KINDS = {"account_token": "account", "staff_token": "staff", "signed_token": "public"}


def test_the_signature_is_the_one_that_brightpearl_publishes() -> None:
    secret, token = "irhkVURWuLDYZwziDKhCsSGYrczWtfL7Pz5oX2GRDXo=", "MlcTe8zimMPgYf/batW+ckJEAj467bbapA0cQBx6WwM="

    assert sign(secret, token) == "llWnSJurpSUUTLNOtVd8Ik/ox6+4OVY/TdLSvE1+VWg="


@pytest.mark.parametrize("auth", KINDS)
def test_an_app_is_let_in_without_a_log_in(open_as: Open, server: SandboxServer, auth: str) -> None:
    session = open_as(auth)
    session.check()

    assert session.requests == 1
    assert [channel.id for channel in session.choices().channels] == ["1", "2", "3", "4"]
    assert "POST /testacct/authorise" not in server.state()["requests"]["by_path"]


@pytest.mark.parametrize("auth", KINDS)
def test_a_wrong_token_is_asked_for_once_and_the_sentence_says_where_to_look(open_as: Open, auth: str) -> None:
    session = open_as(auth, token="hush-hush")

    with pytest.raises(CredentialsRefused, match="does not accept") as caught:
        session.check()

    assert session.requests == 1
    assert [problem.field for problem in caught.value.problems] == ["token"]
    sentence = sentence_of(caught.value)
    assert "testacct" in sentence.en
    assert "hush" not in sentence.en + sentence.es + repr(caught.value)


@pytest.mark.parametrize(
    ("auth", "changes"),
    [
        ("account_token", {"app_ref": "testacct_another"}),
        ("staff_token", {"token": ACCESS["account_token"][1]["token"]}),
        ("signed_token", {"dev_ref": "somebody"}),
        ("signed_token", {"developer_secret": "another"}),
        ("signed_token", {"app_ref": "another-app"}),
    ],
)
def test_what_does_not_belong_to_the_token_is_refused(open_as: Open, auth: str, changes: dict[str, str]) -> None:
    with pytest.raises(CredentialsRefused, match="app reference"):
        open_as(auth, **changes).check()


@pytest.mark.parametrize("auth", KINDS)
def test_a_token_that_was_taken_back_ends_it(open_as: Open, server: SandboxServer, auth: str) -> None:
    session = open_as(auth)
    session.check()
    server.revoke_tokens(KINDS[auth])

    with pytest.raises(CredentialsRefused, match="does not accept"):
        session.choices()
    assert session.requests == 2
