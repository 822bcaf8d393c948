"""Rule sets that are offered and adopted, by command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.command_line import Call, create
from support.sharing import DELEGATE, NEWER

PROVIDER = "acme-3pl"
STRANGE = DELEGATE.replace("provider: acme-3pl", "provider: nobody")


@pytest.fixture
def client(relevo: Call) -> str:
    slug = create(relevo, "Casa", "merchant")
    relevo("connections", "create", "--provider", create(relevo, "Acme 3PL", "3pl"), "--client", slug)
    return slug


def offer(relevo: Call, folder: Path, document: str = DELEGATE, *more: str) -> Any:
    file = folder / "for-clients.yaml"
    file.write_bytes(document.encode())
    answer = relevo("rules", "offer", str(file), "--account", PROVIDER, *more, "--json")
    assert answer.code == 0, answer.err
    return answer.json


@pytest.fixture
def offer_id(relevo: Call, client: str, tmp_path: Path) -> str:
    return str(offer(relevo, tmp_path)["id"])


def publish_own(relevo: Call, slug: str, folder: Path, name: str = "mine") -> Any:
    file = folder / f"{name}.yaml"
    file.write_text(f"set: {name}\nrules: [{{id: {name}, when: always, then: []}}]")
    return relevo("rules", "publish", str(file), "--account", slug)


def test_a_published_version_is_offered_by_its_number(relevo: Call, client: str, tmp_path: Path) -> None:
    assert publish_own(relevo, client, tmp_path).code == 0
    answer = relevo("rules", "offer", "--account", client, "--version", "1", "--name", "Ours", "--json")
    assert answer.code == 0, answer.err
    assert {**answer.json, "id": "rof"} == {
        "id": "rof",
        "name": "Ours",
        "set": "mine",
        "to": "connected",
        "version": 1,
        "account": client,
        "new": True,
    }
    again = relevo("rules", "offer", "--account", client, "--version", "1", "--set", "mine", "--to", "everyone")
    said = 'Version 1 of the rule set "mine" is offered already, as "Ours", to all accounts of this installation: '
    assert again.out.decode() == f"{said}{answer.json['id']}.\n"
    assert "has no version 2; the newest is 1" in relevo("rules", "offer", "--account", client, "--version", "2").sentence


def test_a_file_is_offered_that_does_not_run_where_it_is_from(relevo: Call, client: str, tmp_path: Path) -> None:
    made = offer(relevo, tmp_path, DELEGATE, "--name", "Iberia")
    assert (made["set"], made["version"], made["name"]) == ("acme", 1, "Iberia")
    assert relevo("rules", "sets", "--account", PROVIDER, "--json").json["sets"] == []
    said = relevo("rules", "sets", "--account", PROVIDER).out.decode()
    assert said == "does not run here, offered to others: acme  Acme for clients, version 1\n"
    file = str(tmp_path / "for-clients.yaml")
    assert "give either the file" in relevo("rules", "offer", file, "--account", PROVIDER, "--version", "1").sentence
    bad = tmp_path / "bad.yaml"
    bad.write_text("set: x\nrules: [{id: A, when: always, then: []}]")
    refused = relevo("rules", "offer", str(bad), "--account", PROVIDER)
    assert (refused.code, "bad.yaml:2: error: rules[0].id: " in refused.err) == (1, True)
    bad.write_text("set: x\nrules: []\ntests: [{name: t, order: {order_number: '1'}, expect: {matched: [a]}}]")
    failed = relevo("rules", "offer", str(bad), "--account", PROVIDER)
    assert (failed.code, "FAILED: t (line 3)" in failed.err) == (1, True)


def test_offers_are_listed_on_both_sides(relevo: Call, client: str, offer_id: str, tmp_path: Path) -> None:
    received = relevo("rules", "offers", "--account", client, "--json").json
    entry = {"id": offer_id, "name": "Acme for clients", "from": PROVIDER, "version": 1, "adopted": None}
    assert received == {"made": [], "received": [entry]}
    relevo("rules", "adopt", offer_id, "--account", client)
    offer(relevo, tmp_path, NEWER)
    received = relevo("rules", "offers", "--account", client, "--json").json
    runs = {"set": "acme", "version": 1, "newer": True}
    assert received["received"] == [{**entry, "version": 2, "adopted": runs}]
    assert relevo("rules", "offers", "--account", PROVIDER, "--json").json == {
        "made": [
            {
                "id": offer_id,
                "name": "Acme for clients",
                "set": "acme",
                "to": "connected",
                "version": 2,
                "versions": [1, 2],
                "withdrawn": False,
                "adopted_by": [{"account": client, "set": "acme", "version": 1}],
            }
        ],
        "received": [],
    }
    assert relevo("rules", "offers", "--account", PROVIDER).out.decode().splitlines() == [
        f"offered: {offer_id}  Acme for clients, set acme, versions 1, 2, to all connected accounts",
        "    adopted by casa as acme, version 1",
    ]
    assert relevo("rules", "offers", "--account", client).out.decode().splitlines() == [
        f"offered to you: {offer_id}  Acme for clients, from acme-3pl, version 2",
        "    runs here as acme, version 1: `rules adopted update acme --preview` says what the newer one changes",
    ]
    nobody = create(relevo, "Elsewhere", "merchant")
    assert relevo("rules", "offers", "--account", nobody).out.decode() == "Nothing is offered, by this account or to it.\n"


def test_offered_rules_are_read_before_they_are_adopted(relevo: Call, client: str, tmp_path: Path) -> None:
    off = DELEGATE.replace("  - id: mark\n", "  - id: mark\n    enabled: false\n")
    offer_id = offer(relevo, tmp_path, off)["id"]
    show = ("rules", "offered", offer_id, "--account", client)
    assert relevo(*show).out.decode().splitlines() == [
        f"offered to you: {offer_id}  Acme for clients, from acme-3pl, version 1",
        "    delegate-iberia  Iberia goes to Acme",
        "        Ship to country is one of ES, PT",
        "        - Set the logistics provider to acme-3pl",
        "    mark  Mark what Acme has (switched off)",
        "        Always",
        "        - Add the tag acme",
    ]
    first, second = relevo(*show, "--json").json["rules"]
    assert first == {
        "id": "delegate-iberia",
        "name": "Iberia goes to Acme",
        "enabled": True,
        "when": "Ship to country is one of ES, PT",
        "then": ["Set the logistics provider to acme-3pl"],
    }
    assert second["enabled"] is False
    assert relevo(*show, "--document").out == off.encode()
    assert relevo(*show, "--document", "--json").json["document"] == off
    elsewhere = create(relevo, "Elsewhere", "merchant")
    assert "Nothing with the id" in relevo("rules", "offered", offer_id, "--account", elsewhere).sentence


def test_a_set_is_adopted_at_a_place_and_listed_with_where_it_is_from(
    relevo: Call, client: str, offer_id: str, tmp_path: Path
) -> None:
    publish_own(relevo, client, tmp_path)
    answer = relevo("rules", "adopt", offer_id, "--account", client, "--position", "1", "--by", "owner@casa.example", "--json")
    assert answer.code == 0, answer.err
    adopted = {"offer": offer_id, "version": 1, "offered": True, "newer": None, "switched_off": []}
    assert {**answer.json, "id": "rsv"} == {
        "id": "rsv",
        "number": 1,
        "name": "Acme for clients",
        "account": client,
        "set": "acme",
        "position": 1,
        "adopted_from": PROVIDER,
        "adopted": adopted,
    }
    first, second = relevo("rules", "sets", "--account", client, "--json").json["sets"]
    shape = {"set": "acme", "name": "Acme for clients", "position": 1, "version": 1, "rules": 2}
    assert first == {**shape, "adopted_from": PROVIDER, "adopted": adopted}
    assert (second["set"], second["adopted_from"], "adopted" in second) == ("mine", None, False)
    exported = relevo("rules", "export", "--account", client, "--set", "acme")
    assert exported.out == DELEGATE.encode()


def test_adopting_says_where_the_set_runs_and_what_its_rules_are_called(relevo: Call, client: str, offer_id: str) -> None:
    said = relevo("rules", "adopt", offer_id, "--account", client, "--set", "iberia", "--without", "mark").out.decode()
    assert said == (
        'The rule set "iberia" is adopted from "acme-3pl", version 1, and runs as number 1 of 1. '
        'Its rules are known as "iberia.…".\n'
    )
    assert relevo("rules", "sets", "--account", client).out.decode().splitlines() == [
        "1. iberia  Acme for clients, version 1, rules: 2",
        "    adopted from acme-3pl, its version 1",
        "    switched off here: iberia.mark",
    ]


def test_what_the_account_does_not_have_is_refused_with_its_place(relevo: Call, client: str, tmp_path: Path) -> None:
    strange = offer(relevo, tmp_path, STRANGE)["id"]
    refused = relevo("rules", "adopt", strange, "--account", client)
    assert refused.code == 1
    assert f'{strange}:8: error: rules[0].then[0].provider: the account has no logistics provider "nobody"' in refused.err
    assert relevo("rules", "adopt", strange, "--account", client, "--without", "delegate-iberia").code == 0
    switched = relevo("rules", "switch", "acme.delegate-iberia", "--account", client, "--on")
    assert (switched.code, "no logistics provider" in switched.err) == (1, True)


def test_a_file_does_not_take_the_place_of_an_adopted_set(relevo: Call, client: str, offer_id: str, tmp_path: Path) -> None:
    relevo("rules", "adopt", offer_id, "--account", client)
    refused = publish_own(relevo, client, tmp_path, "acme").sentence
    assert refused.startswith('The rule set "acme" was adopted from another account and cannot be published over')


def test_an_adopted_set_that_was_withdrawn_is_restored(relevo: Call, client: str, offer_id: str) -> None:
    relevo("rules", "adopt", offer_id, "--account", client)
    relevo("rules", "withdraw-offer", offer_id, "--account", PROVIDER)
    assert relevo("rules", "withdraw", "acme", "--account", client).code == 0
    answer = relevo("rules", "restore", "1", "--set", "acme", "--account", client, "--json")
    assert answer.code == 0, answer.err
    assert (answer.json["set"], answer.json["number"], answer.json["position"]) == ("acme", 2, 1)
    [one] = relevo("rules", "sets", "--account", client, "--json").json["sets"]
    assert (one["adopted_from"], one["adopted"]["offered"]) == (PROVIDER, False)


def test_an_adopted_set_moves_on_when_its_account_wants(relevo: Call, client: str, offer_id: str, tmp_path: Path) -> None:
    relevo("rules", "adopt", offer_id, "--account", client)
    update = ("rules", "adopted", "update", "acme", "--account", client)
    assert relevo(*update).sentence == 'Nothing newer than version 1 is offered of "acme".'
    offer(relevo, tmp_path, NEWER)
    looked = relevo(*update, "--preview", "--json").json
    assert [(change["rule"], change["kind"]) for change in looked["changes"]] == [
        ("acme.delegate-iberia", "changed"),
        ("acme.mark", "changed"),
    ]
    assert (looked["updated"], looked["before"], looked["version"]) == (False, 1, 2)
    assert relevo("rules", "sets", "--account", client).out.decode().splitlines()[-1] == (
        "    version 2 is offered: `rules adopted update acme --preview` says what it changes"
    )
    lines = relevo(*update).out.decode().splitlines()
    assert lines[0] == 'The rule set "acme" runs version 2 of "acme-3pl" now, instead of version 1.'
    assert any(line.startswith("    acme.mark: ") and "by-acme" in line for line in lines)
    assert relevo("rules", "export", "--account", client).out == NEWER.encode()


def test_a_newer_version_that_changes_nothing_says_so(relevo: Call, client: str, offer_id: str, tmp_path: Path) -> None:
    relevo("rules", "adopt", offer_id, "--account", client)
    offer(relevo, tmp_path, f"{DELEGATE}\n# the same\n")
    lines = relevo("rules", "adopted", "update", "acme", "--account", client, "--preview").out.decode().splitlines()
    assert lines[1:] == ["    nothing that the rules do"]


def test_one_rule_is_switched_off_and_on(relevo: Call, client: str, offer_id: str) -> None:
    relevo("rules", "adopt", offer_id, "--account", client)
    switch = ("rules", "switch", "acme.mark", "--account", client)
    off = relevo(*switch, "--off", "--json").json
    assert {**off, "id": "rsv"} == {
        "rule": "acme.mark",
        "account": client,
        "on": False,
        "changed": True,
        "set": "acme",
        "id": "rsv",
        "number": 2,
    }
    assert relevo(*switch, "--off").out.decode() == 'The rule "acme.mark" is switched off already.\n'
    assert relevo("rules", "sets", "--account", client, "--json").json["sets"][0]["adopted"]["switched_off"] == ["acme.mark"]
    assert relevo(*switch, "--on").out.decode() == 'The rule "acme.mark" runs from now on.\n'
    assert relevo(*switch, "--off").out.decode() == 'The rule "acme.mark" no longer runs.\n'
    assert relevo(*switch).sentence == 'Say what becomes of the rule "acme.mark": --on or --off.'
    assert 'has no adopted rule "mark"' in relevo("rules", "switch", "mark", "--account", client, "--off").sentence


def test_who_has_adopted_keeps_what_is_withdrawn(relevo: Call, client: str, offer_id: str) -> None:
    relevo("rules", "adopt", offer_id, "--account", client)
    said = relevo("rules", "withdraw-offer", offer_id, "--account", PROVIDER).out.decode()
    assert said == '"Acme for clients" is no longer offered. Who has adopted it keeps running the version that it has.\n'
    assert relevo("rules", "sets", "--account", client).out.decode().splitlines()[-1] == (
        "    no longer offered to this account: it keeps running as it is"
    )
    assert relevo("rules", "offers", "--account", PROVIDER).out.decode().splitlines()[0] == (
        f"withdrawn: {offer_id}  Acme for clients, set acme, versions 1"
    )
    update = relevo("rules", "adopted", "update", "acme", "--account", client)
    assert update.sentence.startswith('"acme-3pl" no longer offers "acme" to the account "casa"')


def test_only_people_of_the_account_act_for_it(relevo: Call, client: str, offer_id: str) -> None:
    stranger = ("--account", client, "--by", f"owner@{PROVIDER}.example")
    for command in (("adopt", offer_id), ("switch", "acme.mark", "--off"), ("adopted", "update", "acme"), ("offer",)):
        assert "Nobody in the account" in relevo("rules", *command, *stranger).sentence


def test_a_newer_version_is_tried_on_past_orders_before_moving_on(
    relevo: Call, client: str, offer_id: str, tmp_path: Path
) -> None:
    assert relevo("rules", "adopt", offer_id, "--account", client).code == 0
    tried = ("rules", "adopted", "backtest", "acme", "--account", client)
    assert relevo(*tried).sentence == 'Nothing newer than version 1 is offered of "acme".'
    offer(relevo, tmp_path, NEWER)
    found = relevo(*tried, "--json")
    assert found.code == 0, found.err
    assert {name: found.json[name] for name in ("set", "before", "version", "orders", "changed", "differences")} == {
        "set": "acme",
        "before": 1,
        "version": 2,
        "orders": 0,
        "changed": 0,
        "differences": [],
    }
    assert "The last day is before the first one" in relevo(*tried, "--since", "2020-01-02", "--until", "2020-01-01").err
    lines = relevo(*tried, "--sample", "5", "--csv", str(tmp_path / "all.csv")).out.decode().splitlines()
    assert lines[0] == "Orders: 0; changed: 0; unchanged: 0; with errors: 0."
    assert (tmp_path / "all.csv").read_text().startswith("order")
    offer(relevo, tmp_path, STRANGE)
    refused = relevo(*tried)
    assert refused.code == 1
    assert 'no logistics provider "nobody"' in refused.err
    assert relevo("rules", "adopted", "update", "acme", "--account", client, "--preview", "--json").json["before"] == 1
