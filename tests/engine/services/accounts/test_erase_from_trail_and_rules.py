"""A person who is erased is in no entry of the audit trail any more, and rules that name them are told."""

from __future__ import annotations

import pytest
from support.clock import FixedClock
from support.publishing import publish_alone
from support.shop import Shop, open_shop, ready

from engine.model.audit import AuditEntry
from engine.model.rule_draft import DraftRevision, RuleDraft
from engine.services.accounts.erase_person import erase_person
from engine.services.accounts.rules_naming import RuleMention
from engine.services.fulfillment.ship_order import Shipping, ship_order
from storage.database import Database

NAME, EMAIL = "Benita Quiroga", "benita@example.org"
PLAIN = b"name: Plain\nrules:\n  - {id: a, when: {field: ship_to.city, is: equals, value: x}, then: [{do: add_tag, tag: t}]}\n"
NAMING = PLAIN + b"tests:\n  - name: For Benita Quiroga\n    order: {order_number: '1'}\n    expect: {matched: []}\n"


@pytest.fixture
def shop(database: Database, clock: FixedClock) -> Shop:
    shop = open_shop(database, clock, rules=None)
    shop.import_all(ready("7001", customer={"name": NAME, "email": EMAIL}))
    ship_order(shop.app, shop.merchant.id, shop.order_id("7001"), Shipping("seur", "24h", ("T1",)), "operator")
    return shop


def entry(shop: Shop, action: str, subject: str, before: object, after: object) -> AuditEntry:
    return AuditEntry(shop.merchant.id, shop.app.clock.now(), "usr_1", action, subject, before, after)


def test_names_of_views_and_lists_and_words_of_carriers_go_from_the_audit_trail(shop: Shop) -> None:
    entries = [
        entry(shop, "view.saved", "viw_1", None, f"Orders of {NAME.upper()}"),
        entry(shop, "list.removed", "lst_1", f"For {NAME}", None),
        entry(shop, "pickup.refused", "pck_1", None, {"said": [f"{NAME} is not at home"]}),
        entry(shop, "store.changed", "sto_9", {"name": "A"}, {"name": "B"}),
    ]
    with shop.database.unit_of_work() as unit:
        unit.audit.append(entries)
        unit.commit()

    erased = erase_person(shop.app, shop.merchant.slug, email=EMAIL)

    with shop.app.reading() as uow:
        kept = [uow.audit.list_for(shop.merchant.id, one.subject_id)[-1] for one in entries]
    assert [(one.before, one.after) for one in kept] == [
        (None, "Orders of [erased]"),
        ("For [erased]", None),
        (None, {"said": ["[erased] is not at home"]}),
        ({"name": "A"}, {"name": "B"}),
    ]
    assert [(one.action, one.actor, one.at) for one in kept] == [(one.action, one.actor, one.at) for one in entries]
    assert erased.counts["audit_entries"] >= 3


def test_rules_that_name_them_are_told_and_stay(shop: Shop) -> None:
    publish_alone(shop.app, shop.merchant.slug, NAMING)
    publish_alone(shop.app, shop.merchant.slug, PLAIN)
    now = shop.app.clock.now()
    with shop.database.unit_of_work() as unit:
        unit.rule_drafts.put(RuleDraft(shop.merchant.id, "plain", 1, now, "usr_1", None))
        unit.rule_drafts.add_revision(DraftRevision(shop.merchant.id, "plain", 1, f"# {NAME}\n", now, "usr_1", None))
        unit.commit()

    erased = erase_person(shop.app, shop.merchant.slug, email=EMAIL)

    assert erased.rules == [RuleMention("plain", 1), RuleMention("plain", None)]
    with shop.app.reading() as uow:
        version = uow.rule_sets.find_version(shop.merchant.id, "plain", 1)
    assert version is not None
    assert version.document.encode() == NAMING


def test_a_version_that_runs_is_told_as_such(shop: Shop) -> None:
    publish_alone(shop.app, shop.merchant.slug, NAMING)
    assert erase_person(shop.app, shop.merchant.slug, name=NAME, dry_run=True).rules == [RuleMention("plain", 1, runs=True)]


def test_rules_that_say_nothing_of_them_are_not_told(shop: Shop) -> None:
    publish_alone(shop.app, shop.merchant.slug, PLAIN)
    assert erase_person(shop.app, shop.merchant.slug, email=EMAIL).rules == []
