"""`carrier-accounts share|list` and `services list`: who may ship with what."""

from __future__ import annotations

from typing import Any

import pytest
from support.command_line import Call
from support.shop import PASSWORD

SENTENCE = "The shipping service is not valid because the client does not have a carrier account that supports it"


@pytest.fixture
def accounts(relevo: Call) -> Call:
    for name, kind in (("Merchant A", "merchant"), ("Acme 3PL", "3pl"), ("Beta 3PL", "3pl")):
        email = f"{name.split()[0].lower()}@x.example"
        relevo(
            *("accounts", "create", "--name", name, "--kind", kind, "--email", email, "--password-stdin", "--country", "ES"),
            stdin=f"{PASSWORD}\n",
        )
    for provider in ("acme-3pl", "beta-3pl"):
        relevo("connections", "create", "--provider", provider, "--client", "merchant-a")
    relevo("carrier-accounts", "add", "--account", "acme-3pl", "--carrier", "seur", "--service", "seur-24")
    return relevo


def add(relevo: Call) -> str:
    added = relevo("carrier-accounts", "add", "--account", "merchant-a", "--carrier", "dhl", "--service", "parcel", "--json")
    return str(added.json["id"])


def share(relevo: Call, identifier: str, *options: str) -> Any:
    return relevo("carrier-accounts", "share", identifier, *options, "--json").json


def services(relevo: Call, account: str) -> dict[str, list[str]]:
    listed = relevo("services", "list", "--account", account, "--json").json["services"]
    assert all(one["valid"] and one["message"] is None for one in listed)
    return {one["service"]: one["owners"] for one in listed}


def test_what_is_shared_is_in_the_union_until_it_is_taken_back(accounts: Call) -> None:
    identifier = add(accounts)
    assert services(accounts, "acme-3pl") == {"seur-24": ["own"]}

    assert share(accounts, identifier, "--with", "acme-3pl")["shared_with"] == ["acme-3pl"]
    assert services(accounts, "acme-3pl") == {"parcel": ["merchant-a"], "seur-24": ["own"]}
    assert services(accounts, "beta-3pl") == {}

    assert share(accounts, identifier, "--with", "acme-3pl", "--withdraw")["shared_with"] == []
    assert services(accounts, "acme-3pl") == {"seur-24": ["own"]}


def test_a_default_for_all_and_an_exception_for_one(accounts: Call) -> None:
    identifier = add(accounts)
    assert share(accounts, identifier, "--all")["shared_with_all"] is True
    kept = share(accounts, identifier, "--with", "beta-3pl", "--withdraw")

    assert kept["kept_from"] == ["beta-3pl"]
    assert "parcel" in services(accounts, "acme-3pl")
    assert services(accounts, "beta-3pl") == {}
    assert accounts("carrier-accounts", "list", "--account", "merchant-a", "--json").json["carrier_accounts"] == [kept]
    line = f"{identifier}  dhl  parcel  *  kept from beta-3pl\n"
    assert accounts("carrier-accounts", "list", "--account", "merchant-a").out.decode() == line
    again = accounts("carrier-accounts", "share", identifier, "--with", "beta-3pl", "--withdraw")
    assert again.out.decode() == line

    share(accounts, identifier, "--all", "--withdraw")
    assert "parcel" not in services(accounts, "acme-3pl")


def test_who_requires_its_own_is_told_so(accounts: Call) -> None:
    shared = share(accounts, add(accounts), "--with", "acme-3pl", "--require")
    assert shared["required_of"] == ["acme-3pl"]
    context = accounts("rules", "context", "--account", "acme-3pl").out.decode()
    assert "clients_requiring_shared" in context


def test_the_duty_stands_in_the_list_until_it_is_lifted(accounts: Call) -> None:
    identifier = add(accounts)
    share(accounts, identifier, "--with", "acme-3pl", "--require")
    assert share(accounts, identifier, "--with", "acme-3pl")["required_of"] == ["acme-3pl"]
    listed = accounts("carrier-accounts", "list", "--account", "merchant-a").out.decode()
    assert listed == f"{identifier}  dhl  parcel  acme-3pl  required of acme-3pl\n"
    lifted = share(accounts, identifier, "--with", "acme-3pl", "--no-require")
    assert (lifted["required_of"], lifted["shared_with"]) == ([], ["acme-3pl"])


@pytest.mark.parametrize("whom", [("--with", "acme-3pl"), ("--all",)])
def test_with_the_last_shared_account_the_duty_to_use_it_ends(accounts: Call, whom: tuple[str, ...]) -> None:
    first, last = add(accounts), add(accounts)
    for identifier in (first, last):
        share(accounts, identifier, *whom, "--require")
    kept = share(accounts, first, *whom, "--withdraw")
    assert ("acme-3pl" in kept["required_of"], kept["no_longer_required"]) == (True, [])
    said = accounts("carrier-accounts", "share", last, *whom, "--withdraw").out.decode()
    assert '"acme-3pl" may ship with its own carrier accounts again: none of yours is shared with it any more.' in said
    assert share(accounts, last, *whom)["required_of"] == []


def test_what_cannot_be_shared_says_why(accounts: Call) -> None:
    identifier = add(accounts)
    assert "not a 3PL" in accounts("carrier-accounts", "share", identifier, "--with", "merchant-a").sentence
    assert "no account" in accounts("carrier-accounts", "share", identifier, "--with", "nobody").sentence
    assert accounts("carrier-accounts", "share", identifier).code == 2
    assert "no carrier account" in accounts("carrier-accounts", "share", "car_none", "--all").sentence
    foreign = accounts("carrier-accounts", "share", identifier, "--all", "--by", "acme@x.example")
    assert (foreign.code, "no carrier account" in foreign.sentence) == (1, True)


def test_an_order_that_is_not_there_is_no_order(accounts: Call) -> None:
    assert "no order" in accounts("services", "list", "--account", "acme-3pl", "--order", "ord_none").sentence
