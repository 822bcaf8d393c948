"""How rules do by command line, and what commands that take something away say of the rules that name it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.command_line import PASSWORD, Call, create

BO = "bo@casa.example"


@pytest.fixture
def merchant(relevo: Call) -> str:
    slug = create(relevo, "Casa", "merchant")
    provider = create(relevo, "Acme 3PL", "3pl")
    relevo("connections", "create", "--provider", provider, "--client", slug)
    arguments = ("people", "add", "--account", slug, "--email", BO, "--role", "member", "--password-stdin")
    assert relevo(*arguments, stdin=f"{PASSWORD}\n").code == 0
    return slug


@pytest.fixture
def carrier_account(relevo: Call, merchant: str) -> str:
    arguments = ("carrier-accounts", "add", "--account", merchant, "--carrier", "dhl", "--service", "parcel", "--json")
    return str(relevo(*arguments).json["id"])


def publish(relevo: Call, merchant: str, folder: Path, *rules: str) -> None:
    file = folder / "rules.yaml"
    file.write_text("\n".join(["set: mine", "rules:", *(f"  - {rule}" for rule in rules)]) + "\n", "utf-8")
    answer = relevo("rules", "publish", str(file), "--account", merchant)
    assert answer.code == 0, answer.err


def reports(relevo: Call, merchant: str, *more: str) -> dict[str, Any]:
    answer = relevo("rules", "health", "--account", merchant, *more, "--json")
    assert answer.code == 0, answer.err
    return {one["id"]: one for one in answer.json["rules"]}


def test_every_rule_is_reported_in_its_place(relevo: Call, merchant: str, tmp_path: Path) -> None:
    end = "{id: end, when: {field: gift, is: is_true}, then: [{do: stop}]}"
    later = (
        f"{{id: later, name: Gifts, enabled: true, why: Fragile, group: Spain, owner: {BO}, review_by: 2020-01-31, "
        "when: {field: gift, is: is_true}, then: [{do: add_tag, tag: x}]}"
    )
    publish(relevo, merchant, tmp_path, end, later)
    answer = relevo("rules", "health", "--account", merchant, "--json").json
    first, second = answer["rules"]

    assert (answer["unhandled"], answer["days"], answer["account"]) == (0, 30, merchant)
    assert first["never_matched_since"] == second["never_matched_since"]
    assert second.pop("never_matched_since").endswith("+00:00")
    (remark,) = second.pop("remarks")
    assert remark.startswith('the rule "later" never gets its turn')
    assert second == {
        "id": "later",
        "name": "Gifts",
        "set": "mine",
        "position": 2,
        "enabled": True,
        "matches": 0,
        "last_match": None,
        "errors": 0,
        "shadowed_by": ["end"],
        "repeats": [],
        "conflicts_with": [],
        "group": "Spain",
        "why": "Fragile",
        "owner": BO,
        "review_by": "2020-01-31",
        "review_overdue": True,
        "invalid": False,
        "invalid_since": None,
        "problems": [],
    }
    lines = relevo("rules", "health", "--account", merchant).out.decode().splitlines()
    assert lines[0] == "1. end  matches: 0  last: -  errors: 0"
    assert f"    review was due by 2020-01-31; owner: {BO}" in lines
    assert lines[-1] == "Open orders that no rule has handled: 0"


def test_days_that_are_not_kept_are_refused(relevo: Call, merchant: str) -> None:
    assert (
        "0 days cannot be counted: ask for 1 to 400." in relevo("rules", "health", "--account", merchant, "--days", "0").sentence
    )
    assert relevo("rules", "health", "--account", merchant).out.decode().splitlines() == [
        "No rules are published.",
        "Open orders that no rule has handled: 0",
    ]


def test_who_removes_a_person_is_told_which_rules_name_them(relevo: Call, merchant: str, tmp_path: Path) -> None:
    publish(
        relevo,
        merchant,
        tmp_path,
        f"{{id: assigned, when: always, then: [{{do: assign_user, user: {BO}}}]}}",
        f"{{id: owned, when: always, then: [], owner: {BO}}}",
        "{id: other, when: always, then: []}",
    )
    answer = relevo("people", "remove", "--account", merchant, "--email", BO)

    assert answer.out.decode().splitlines()[-1] == "These rules name it: assigned, owned."
    found = reports(relevo, merchant)
    assert [found[one]["invalid"] for one in ("assigned", "owned", "other")] == [True, True, False]
    assert found["owned"]["invalid_since"] is not None
    assert found["owned"]["problems"] == [
        f'the account has no user "{BO}", did you mean "owner@casa.example"?; it has: owner@casa.example'
    ]
    lines = relevo("rules", "health", "--account", merchant).out.decode()
    assert f"invalid since {found['owned']['invalid_since'][:10]} " in lines


def test_who_ends_a_connection_is_told_of_own_rules_alone(relevo: Call, merchant: str, tmp_path: Path) -> None:
    publish(relevo, merchant, tmp_path, "{id: send, when: always, then: [{do: set_logistics_provider, provider: acme-3pl}]}")
    (connection,) = relevo("connections", "list", "--account", merchant, "--json").json["connections"]
    by_provider = ("--by", "owner@acme-3pl.example")
    removed = relevo("connections", "remove", connection["id"], *by_provider, "--json").json
    assert removed["rules"] == [], "what a client's rules are called is nobody else's business"
    assert reports(relevo, merchant)["send"]["invalid"] is True

    relevo("connections", "create", "--provider", "acme-3pl", "--client", merchant)
    assert reports(relevo, merchant)["send"]["invalid"] is False
    connection = next(
        one
        for one in relevo("connections", "list", "--account", merchant, "--json").json["connections"]
        if one["state"] == "active"
    )
    assert relevo("connections", "remove", connection["id"], "--by", "owner@casa.example", "--json").json["rules"] == ["send"]


def test_who_takes_a_service_away_is_told_which_rules_name_it(
    relevo: Call, merchant: str, carrier_account: str, tmp_path: Path
) -> None:
    publish(relevo, merchant, tmp_path, "{id: ship, when: always, then: [{do: set_service, carrier: dhl, service: parcel}]}")
    account = ("--account", merchant)
    both = ("--service", "parcel", "--service", "express")
    assert relevo("carrier-accounts", "set", carrier_account, *account, *both, "--json").json["rules"] == []
    answer = relevo("carrier-accounts", "set", carrier_account, *account, "--service", "express")

    assert answer.out.decode().splitlines()[-1] == "These rules name it: ship."
    assert reports(relevo, merchant)["ship"]["invalid"] is True
