"""One person's data can be taken out of everything, and what was decided can still be explained."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import text
from support.clock import FixedClock
from support.mails import post
from support.paid_carrier import PaidCarrier
from support.rule_runs import SEND, decisions, publish, reprocess, requests_of
from support.shop import Shop, open_shop, ready

from adapters.stores.brightpearl.description import reasons
from engine.jobs.make_label import make_label
from engine.jobs.retention import forget_old
from engine.model.alert import Alert
from engine.model.audit import AuditEntry
from engine.model.mail import MailKind, Recipient
from engine.model.order import Order
from engine.model.order_view import OrderView
from engine.model.reason_line import ReasonLine
from engine.model.request import RequestAction
from engine.model.sentence import Sentence
from engine.model.store import Parked, Skipped
from engine.services.accounts.carrier_accounts import CarrierAccountForm, add_carrier_account
from engine.services.accounts.erase_person import erase_person
from engine.services.bulk.start import BulkWish, start_bulk_action
from engine.services.deciding.explain_order import explain_order
from engine.services.fulfillment.answer_request import Answer, answer_request
from engine.services.fulfillment.hold_order import hold_order
from engine.services.fulfillment.ship_order import Shipping, ship_order
from engine.services.fulfillment.write_message import write_message
from engine.services.labels.choose_service import ServiceWish
from engine.services.labels.plan_label import LabelWish
from engine.services.lists.named_lists import set_list
from engine.services.refusals import Refused
from storage.database import Database
from storage.errors import ConflictingWrite

EMAIL, NAME, PHONE, STREET = "Benita.Quiroga@example.org", "Benita Quiroga Ñ", "+34 699 112 233", "Rúa do Franco 77"
TRACES = ("benita", "quiroga", "699 112 233", "rúa do franco", "ring the bell")
RULES = b"""
name: Personal
rules:
  - id: to-santiago
    when: {field: ship_to.city, is: equals, value: Santiago}
    then: [{do: add_tag, tag: galicia}]
  - id: no-email
    when:
      all:
        - {field: customer.email, is: ends_with, value: "@elsewhere.example"}
        - {field: ship_to.country, is: equals, value: ES}
    then: [{do: add_tag, tag: elsewhere}]
  - id: not-her
    when: {none: [{field: ship_to.name, is: contains, value: quiroga}]}
    then: [{do: add_tag, tag: others}]
  - id: tell
    when: {field: customer.name, is: not_blank}
    then:
      - {do: alert, message: "Call {customer.name} on {ship_to.phone}"}
      - {do: set_custom_field, number: 1, value: "for {ship_to.name}"}
"""


def hers(number: str, **changes: Any) -> Any:
    address = {"name": NAME, "street1": STREET, "city": "Santiago", "postal_code": "15705", "country": "ES", "phone": PHONE}
    document = {
        "ship_to": address,
        "bill_to": {**address, "country": "ES"},
        "customer": {"name": NAME, "email": EMAIL},
        "notes": {"from_buyer": "Please ring the bell twice"},
        **changes,
    }
    record = ready(number, **document)
    return replace(record, raw=json.dumps({"address": address, "mail": EMAIL}, ensure_ascii=False).encode())


@pytest.fixture
def shop(database: Database, clock: FixedClock) -> Shop:
    """Her first order is shipped, with everything that repeats what it says; another person's is beside it."""
    shop = open_shop(database, clock, RULES)
    shop.connector.notes = ["Ring the bell, it is Benita."]
    other = ready("7002", customer={"name": "Ana Núñez", "email": "ana@buyers.example"})
    shop.import_all(hers("7001"), other)
    shop.import_all(hers("7001", weight_g=2), other)
    shop.work_off()
    buy_label(shop, "7001")
    order = order_of(shop, "7001")
    with database.unit_of_work() as unit:
        unit.alerts.add(Alert("alr_x", order.account_id, None, Sentence.of(f"Who is {EMAIL.upper()}?"), clock.now()))
        unit.audit.append(
            [
                AuditEntry(
                    order.account_id, clock.now(), "usr_1", "order.edited", order.id, {"ship_to": {"name": NAME}}, ["on_hold"]
                )
            ]
        )
        saved = (f"Orders of {NAME}", urlencode({"q": NAME, "status": "shipped"}), "")
        unit.order_views.put(OrderView("viw_1", shop.merchant.id, "usr_1", *saved, is_shared=True, changed_at=clock.now()))
        unit.stores.park(
            shop.store,
            Parked("n9", "9", "9", "x", Sentence.of(f"no country for {NAME}"), f'{{"a":"{EMAIL}"}}'.encode()),
            "r",
            clock.now(),
        )
        unit.commit()
    post(shop, MailKind.RULE_EMAIL, Recipient(EMAIL, None, "es"))
    asked = BulkWish("hold", [shop.order_id("7001")], {"reason": f"Ask {NAME}"}, wanted="q=benita+quir")
    start_bulk_action(shop.app, shop.merchant.id, asked, "operator")
    set_list(shop.app, shop.merchant, "vips", [EMAIL, NAME.upper(), "ana@buyers.example"])
    return shop


def buy_label(shop: Shop, number: str) -> None:
    shop.app = replace(shop.app, carriers={"paid": PaidCarrier()})
    add_carrier_account(shop.app, shop.merchant.slug, CarrierAccountForm("paid", ("standard",)))
    wish = LabelWish(ServiceWish("paid", "standard"))
    make_label(shop.app, shop.merchant.id, shop.order_id(number), wish, "operator", "test")


def ship(shop: Shop, number: str) -> None:
    ship_order(shop.app, shop.merchant.id, shop.order_id(number), Shipping("seur", "24h", (f"T-{number}",)), "operator")


def order_of(shop: Shop, number: str) -> Order:
    with shop.database.reading_unit_of_work() as unit:
        return unit.orders.get(shop.merchant.id, shop.order_id(number))


def everything(database: Database) -> str:
    """All that the database keeps: of SQLite every byte of its files, of PostgreSQL every row."""
    if database.path is not None:
        files = [database.path.with_name(database.path.name + end) for end in ("", "-wal")]
        return b"".join(file.read_bytes() for file in files if file.exists()).decode("utf-8", "replace").casefold()
    with database.begin_reading() as connection:
        tables = connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).scalars().all()
        rows = [
            str(row[0]) for table in tables for row in connection.execute(text(f'SELECT to_jsonb(t)::text FROM "{table}" AS t'))
        ]
        raw = connection.execute(text("SELECT document FROM raw_documents UNION ALL SELECT raw FROM parked_notes")).scalars()
        return "\n".join([*rows, *(bytes(one).decode("utf-8", "replace") for one in raw)]).casefold()


def verdicts(shop: Shop, number: str) -> dict[str, tuple[str, list[Any]]]:
    """Of each rule its status and the verdicts of its conditions, as the order's page shows them."""
    explained = explain_order(shop.app, shop.merchant.id, shop.order_id(number))
    assert explained is not None
    assert explained.problem is None
    return {rule.entry["rule"]: (rule.entry["status"], _verdicts(rule.entry["when"])) for rule in explained.rules}


def _verdicts(node: Any) -> list[Any]:
    return [node["verdict"], *(_verdicts(member) for member in node.get("nodes", ()))]


def test_nothing_of_her_is_left_anywhere(shop: Shop) -> None:
    before = everything(shop.database)
    assert [trace for trace in TRACES if trace not in before] == []

    erased = erase_person(shop.app, shop.merchant.slug, email=EMAIL.lower())
    shop.database.compact()

    after = everything(shop.database)
    assert {trace for trace in TRACES if trace in after} == {"quiroga"}, "a word of a rule"
    assert after.count("quiroga") == after.count("value: quiroga") == 1
    assert "ana núñez" in after
    assert [order.order_number for order in erased.orders] == ["7001"]
    assert erased.still_open == []
    assert {kind for kind, count in erased.counts.items() if count == 0} <= {"requests", "messages", "holds", "skipped_notes"}
    order = order_of(shop, "7001")
    assert order.erased_at is not None
    assert order.document()["ship_to"] == {"country": "ES"}
    assert order.document()["custom_field_1"] == "for [erased]"
    with shop.app.reading() as uow:
        view = uow.order_views.get(shop.merchant.id, "viw_1")
    assert (view.name, view.query) == ("Orders of [erased]", "status=shipped")


def test_what_was_decided_is_still_explained_with_the_answers_of_then(shop: Shop) -> None:
    before = verdicts(shop, "7001")
    assert before["to-santiago"] == ("matched", ["true"])
    assert before["no-email"][0] == before["not-her"][0] == "not_matched"

    erase_person(shop.app, shop.merchant.slug, email=EMAIL)

    assert verdicts(shop, "7001") == before
    for language, word in (("en", "the value was erased"), ("es", "el valor se borró")):
        explained = explain_order(shop.app, shop.merchant.id, shop.order_id("7001"), language=language)
        assert explained is not None
        entries = {rule.entry["rule"]: rule.entry for rule in explained.rules}
        assert word in entries["to-santiago"]["when"]["message"]
        assert word in entries["no-email"]["when"]["nodes"][0]["message"]
        assert entries["no-email"]["when"]["nodes"][1]["found"] == "ES", "what is left is shown"
        assert word in entries["no-email"]["failed"][0]["message"]


def test_what_a_once_rule_noted_about_her_is_erased_and_what_it_wrote_elsewhere_stays(shop: Shop) -> None:
    note = "{do: set_internal_note, text: 'beware in {ship_to.postal_code}'}, {do: set_custom_field, number: 2, value: vip}"
    publish(shop, f"{{id: n, once: true, when: always, then: [{note}]}}")
    shop.import_all(hers("7006"))
    reprocess(shop, "7006")
    ship(shop, "7006")
    assert dict(written_once(order_of(shop, "7006").once_writes)) == {
        "notes.internal": "beware in 15705",
        "custom_field_2": "vip",
    }

    erase_person(shop.app, shop.merchant.slug, email=EMAIL)

    erased = {"notes.internal": "[erased]", "custom_field_2": "vip"}
    assert dict(written_once(order_of(shop, "7006").once_writes)) == erased
    histories = [decision.facts.get("history") or {} for decision in decisions(shop, "7006")]
    assert [dict(written_once(history.get("once_writes", ()))) for history in histories] == [{}, erased]


def written_once(writes: Iterable[Any]) -> Iterator[tuple[str, Any]]:
    """The fields that `once` rules wrote, each with what into it."""
    yield from ((field, operand) for _rule, field, _operation, operand in writes)


def test_what_her_provider_was_told_of_her_is_erased_too(shop: Shop) -> None:
    publish(shop, f"{{id: s, when: always, then: [{SEND}]}}")
    other = ready("7004")
    shop.import_all(hers("7003"), other)
    shop.work_off()
    assert [request.notes for request in requests_of(shop, "7003")] == [("Ring the bell, it is Benita.",)]
    shop.import_all(Skipped("n7003", "7003", reasons.ALREADY_SHIPPED.message(note="n7003")), other)

    assert erase_person(shop.app, shop.merchant.slug, email=EMAIL).counts["requests"] == 1
    assert [request.notes for request in requests_of(shop, "7003")] == [("[erased]",)]
    assert [request.notes for request in requests_of(shop, "7004")] == [("Ring the bell, it is Benita.",)], "it is not hers"


def test_what_both_sides_wrote_of_her_is_erased_too(shop: Shop) -> None:
    publish(shop, f"{{id: s, when: always, then: [{SEND}]}}")
    shop.import_all(hers("7003"))
    shop.work_off()
    [request] = requests_of(shop, "7003")
    write_message(shop.app, shop.merchant.id, request.id, f"{NAME} is on holiday.", "operator")
    lines = (ReasonLine("1", text=f"Not for {NAME}"),)
    answer = Answer(RequestAction.REJECT, "incorrect_address", f"Nobody at {STREET} knows {NAME}.", lines)
    answer_request(shop.app, shop.provider.id, request.id, answer, "operator")
    hold_order(shop.app, shop.merchant.id, shop.order_id("7003"), f"Ask {NAME}", "operator", note=PHONE, key=NAME)
    shop.import_all(Skipped("n7003", "7003", reasons.ALREADY_SHIPPED.message(note="n7003")))

    counts = erase_person(shop.app, shop.merchant.slug, email=EMAIL).counts

    assert (counts["messages"], counts["holds"]) == (5, 1)
    [erased] = requests_of(shop, "7003")
    with shop.app.reading() as unit:
        messages = unit.requests.list_messages(shop.provider.id, request.id)
        [hold] = unit.holds.list_for_account(shop.merchant.id)
    assert erased.reason_text == "Nobody at [erased] knows [erased]."
    thread = [message.text for message in messages]
    assert [erased.reason_lines[0].text, messages[-1].lines[0].text] == ["Not for [erased]"] * 2
    assert thread[-2:] == ["[erased] is on holiday.", "Nobody at [erased] knows [erased]."]
    assert (hold.reason, hold.note, hold.key) == ("Ask [erased]", "[erased]", "")


def test_the_next_import_does_not_bring_her_back(shop: Shop) -> None:
    erase_person(shop.app, shop.merchant.slug, email=EMAIL)
    with shop.database.unit_of_work() as unit:
        unit.stores.unpark(shop.store.account_id, shop.store.id, ["n9"])
        unit.commit()
    note = Skipped("n7001", "7001", reasons.ALREADY_SHIPPED.message(note="n7001"))
    for record in (hers("7001", weight_g=3), note, hers("7001")):
        shop.import_all(record, ready("7002"))
    shop.database.compact()
    assert order_of(shop, "7001").document()["ship_to"] == {"country": "ES"}
    assert "699 112 233" not in everything(shop.database)


def test_an_order_that_only_an_earlier_decision_knew_as_hers_is_hers(shop: Shop) -> None:
    shop.import_all(hers("7005"))
    plain = ready("7005", customer={"name": "Somebody Else", "email": "else@buyers.example"})
    shop.import_all(plain)
    ship(shop, "7005")
    erased = erase_person(shop.app, shop.merchant.slug, email=EMAIL)
    assert [order.order_number for order in erased.orders] == ["7001", "7005"]
    shop.database.compact()
    assert "699 112 233" not in everything(shop.database)


def test_rules_behind_an_end_that_an_erased_value_decided_say_what_they_did(database: Database, clock: FixedClock) -> None:
    rules = b"""
name: Ends
rules:
  - {id: ends, when: {field: ship_to.city, is: equals, value: Santiago}, then: [{do: add_tag, tag: a}, {do: stop}]}
  - {id: goes-on, when: {none: [{field: customer.email, is: contains, value: example.org}]}, then: [{do: stop}]}
  - {id: behind, when: always, then: [{do: add_tag, tag: b}]}
"""
    shop = open_shop(database, clock, rules)
    shop.import_all(hers("7001"), hers("7002", ship_to={"name": NAME, "city": "Lugo", "country": "ES"}))
    before = {}
    for number in ("7001", "7002"):
        ship(shop, number)
        before[number] = {rule: status for rule, (status, _) in statuses(shop, number).items()}
    assert before["7001"] == {"ends": "matched", "goes-on": "not_reached", "behind": "not_reached"}
    assert before["7002"] == {"ends": "not_matched", "goes-on": "not_matched", "behind": "matched"}
    changed = {number: [changes for _, changes in statuses(shop, number).values()] for number in before}

    erase_person(shop.app, shop.merchant.slug, email=EMAIL)

    for number, wanted in before.items():
        assert {rule: status for rule, (status, _) in statuses(shop, number).items()} == wanted
        assert [changes for _, changes in statuses(shop, number).values()] == changed[number]


def statuses(shop: Shop, number: str) -> dict[str, tuple[str, list[Any]]]:
    explained = explain_order(shop.app, shop.merchant.id, shop.order_id(number))
    assert explained is not None
    return {rule.entry["rule"]: (rule.entry["status"], list(rule.entry.get("changes", ()))) for rule in explained.rules}


def test_an_order_that_is_still_to_ship_stays_and_is_named(shop: Shop) -> None:
    shop.import_all(hers("7003"))
    erased = erase_person(shop.app, shop.merchant.slug, name=NAME.upper())
    assert [order.order_number for order in erased.orders] == ["7001"]
    assert [order.order_number for order in erased.still_open] == ["7003"]
    assert order_of(shop, "7003").document()["ship_to"]["name"] == NAME
    ship(shop, "7003")
    assert [order.order_number for order in erase_person(shop.app, shop.merchant.slug, name=NAME).orders] == ["7003"]


def test_a_trial_changes_nothing_and_a_stranger_is_not_found(shop: Shop) -> None:
    tried = erase_person(shop.app, shop.merchant.slug, email=EMAIL, dry_run=True)
    assert tried.counts["orders"] == 1
    assert order_of(shop, "7001").erased_at is None
    assert order_of(shop, "7001").document()["ship_to"]["name"] == NAME
    assert erase_person(shop.app, "elsewhere", email=EMAIL).orders == []
    with pytest.raises(Refused):
        erase_person(shop.app, shop.merchant.slug, email=" ")


def test_the_audit_trail_says_that_it_happened_and_still_refuses_everything_else(shop: Shop) -> None:
    erase_person(shop.app, shop.merchant.slug, email=EMAIL, actor="usr_1")
    order = order_of(shop, "7001")
    with shop.database.reading_unit_of_work() as unit:
        entries = unit.audit.list_for(order.account_id, order.id)
    assert (entries[-1].action, entries[-1].actor) == ("order.erased", "usr_1")
    edited = next(entry for entry in entries if entry.action == "order.edited")
    assert (edited.before, edited.after) == ({"ship_to": {}}, ["on_hold"])
    for statement in (
        "UPDATE audit SET after = NULL",
        "DELETE FROM audit",
        f"INSERT INTO audit_redactions (account_id) VALUES ('{order.account_id}'); UPDATE audit SET actor = 'x'",
        "INSERT INTO audit_redactions (account_id) SELECT id FROM accounts; DELETE FROM audit",
    ):
        *first, last = statement.split("; ")
        with shop.database.begin() as connection:
            for part in first:
                connection.execute(text(part))
            with pytest.raises(ConflictingWrite):
                connection.execute(text(last))
            connection.rollback()


def test_old_decisions_and_audit_entries_lose_what_they_say_of_persons(shop: Shop, clock: FixedClock, database: Database) -> None:
    before = verdicts(shop, "7001")
    forget_old(shop.app)
    assert "699 112 233" in everything(database)
    clock.sleep(731 * 86_400)

    forget_old(shop.app)

    order = order_of(shop, "7001")
    with database.reading_unit_of_work() as unit:
        decisions = unit.decisions.list_for_order(order.account_id, order.id)
        entries = unit.audit.list_for(order.account_id, order.id)
        assert unit.retention_marks.get("decisions")
        assert unit.alerts.list_for(order.account_id) == []
    assert {one.facts["order"]["ship_to"].get("name") for one in decisions} == {None}
    assert next(one for one in entries if one.action == "order.edited").before == {"ship_to": {}}
    assert verdicts(shop, "7001") == before
    assert order.document()["ship_to"]["name"] == NAME, "the order itself stays"


def test_nought_days_keep_for_ever(shop: Shop, clock: FixedClock, database: Database) -> None:
    forever = replace(shop.app.retention, decisions=0, audit=0, alerts=0, skipped=0, imports=0)
    clock.sleep(10_000 * 86_400)
    forget_old(replace(shop.app, retention=forever))
    with database.reading_unit_of_work() as unit:
        (decision, *_) = unit.decisions.list_for_order(shop.merchant.id, shop.order_id("7001"))
        assert unit.alerts.list_for(shop.merchant.id)
    assert decision.facts["order"]["ship_to"]["name"] == NAME
