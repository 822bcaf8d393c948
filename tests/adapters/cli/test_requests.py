"""What merchants ask of 3PLs and how they answer, by command."""

from __future__ import annotations

import pytest
from support.command_line import Answer, Call, create

ANA, OPS = "owner@merchant-a.example", "owner@acme-3pl.example"


@pytest.fixture
def connection(relevo: Call, merchant: str) -> str:
    create(relevo, "Acme 3PL", "3pl")
    return str(relevo("connections", "create", "--provider", "acme-3pl", "--client", merchant, "--json").json["id"])


def test_a_grace_period_ends_at_the_cut_off_or_after_some_minutes(relevo: Call, merchant: str, connection: str) -> None:
    def change(*options: str) -> Answer:
        return relevo("connections", "set", connection, *options, "--by", ANA, "--json")

    assert "has no cut-off yet" in change("--grace-cut-off").sentence
    relevo("locations", "add", "--account", "acme-3pl", "--code", "MAD1", "--country", "ES")
    assert change("--grace-cut-off").json["grace_cut_off"] is True
    (listed,) = relevo("connections", "list", "--account", merchant, "--json").json["connections"]
    assert (listed["grace_minutes"], listed["grace_cut_off"], listed["answer"]) == (0, True, "auto")
    assert change("--grace-minutes", "5", "--grace-cut-off").code == 2
    assert change("--grace-minutes", "5").json["grace_cut_off"] is False
