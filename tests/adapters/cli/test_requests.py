"""What merchants ask of 3PLs and how they answer, by command."""

from __future__ import annotations

from typing import Any

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


@pytest.fixture
def asked(relevo: Call, store: str, merchant: str, connection: str) -> str:
    """A request that the 3PL has imported."""
    relevo("stores", "import", store, "--by", ANA, "--account", merchant)
    order = relevo("orders", "list", "--account", merchant, "--json-lines").lines[0]["id"]
    delegated = relevo("orders", "delegate", order, "--provider", "acme-3pl", "--by", ANA, "--json").json["results"][0]
    relevo("worker", "--drain")
    return str(delegated["request_id"])


def listed(relevo: Call, account: str) -> dict[str, Any]:
    (line,) = relevo("requests", "list", "--account", account, "--json-lines").lines
    return dict(line)


def test_a_rejection_and_a_close_name_lines(relevo: Call, merchant: str, asked: str) -> None:
    def answer(action: str, *options: str) -> Answer:
        return relevo("requests", action, asked, "--by", OPS, "--code", "out_of_stock", *options, "--json")

    line = listed(relevo, "acme-3pl")["lines"][0]
    key = line["line_key"]
    assert answer("reject", "--line", f"{key}=many").sentence == f"--line {key}=many cannot be read: write KEY, KEY=QTY."
    assert answer("close", "--line", key).sentence == f"--line {key} cannot be read: write KEY=CODE, KEY=CODE:text."
    assert "has no line x. It has" in answer("reject", "--line", "x").sentence
    assert "Of line" in answer("reject", "--line", f"{key}=1000").sentence
    assert answer("reject", "--line", f"{key}=1", "--line", "x=1").code == 1

    assert answer("close", "--line", f"{key}=other:It broke: all.").json["state"] == "closed"
    named = {"line_key": key, "quantity": line["quantity"], "code": "other", "text": "It broke: all."}
    assert listed(relevo, merchant)["reason"] == {"code": "out_of_stock", "text": "", "lines": [named]}


def test_a_rejection_without_lines_has_a_code_and_a_text(relevo: Call, merchant: str, asked: str) -> None:
    relevo("requests", "reject", asked, "--by", OPS, "--code", "too_large", "--text", "No van fits.", "--json")

    assert listed(relevo, merchant)["reason"] == {"code": "too_large", "text": "No van fits."}
