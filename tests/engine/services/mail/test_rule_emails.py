"""The e-mails that rules ask for are written and sent, once in the life of an order."""

from __future__ import annotations

import re

import pytest
from support.mails import BUYER, SeenMails, entries_of, wants
from support.rule_runs import alerts_of, jobs_of, order_of, publish, release, reprocess
from support.shop import OWNER, STRANGER, Shop, ready

from engine.decide.decision import NEEDS_ATTENTION
from engine.model.job import JobState
from engine.model.mail import MailKind, MailMode, MailState
from engine.ports import MailRefused
from engine.services.accounts.erase_person import erase_person
from engine.services.fulfillment.ship_order import Shipping, ship_order
from engine.services.mail.digests import make_digests
from rules.messages import Message, Text

WRITE = "{do: send_email, to: '%s', subject: 'Order {order_number}', message: 'Hello {ship_to.name}'}"


def asking(shop: Shop, to: str, *more: str) -> None:
    publish(shop, f"{{id: m, 'on': [imported, reprocess], when: always, then: [{', '.join((WRITE % to, *more))}]}}")
    shop.import_all(ready("1", customer={"email": BUYER}))


def test_a_buyer_gets_it_once_however_often_the_rules_run(shop: Shop, mails: SeenMails) -> None:
    asking(shop, "{customer.email}")
    shop.work_off()
    reprocess(shop)
    shop.import_all(ready("1", customer={"email": "another@elsewhere.example"}))
    reprocess(shop)
    shop.work_off()

    [(mail, _)] = mails.sent
    assert (mail.to_address, mail.kind, mail.user_id) == (BUYER, MailKind.RULE_EMAIL, None)
    assert (mail.content.subject, mail.content.paragraphs, mail.content.link) == ("Order 1", ("Hello Ana Núñez",), None)
    assert [job.state for job in jobs_of(shop)] == [JobState.DONE]


def test_several_addresses_get_one_each(shop: Shop, mails: SeenMails) -> None:
    asking(shop, f"{BUYER}, Team@casa-verde.example;team@casa-verde.example {{customer.email}}")
    shop.work_off()

    assert sorted(mails.to) == ["Team@casa-verde.example", BUYER]


def test_it_leaves_though_the_order_is_held(shop: Shop, mails: SeenMails) -> None:
    asking(shop, BUYER, "{do: hold}")
    shop.work_off()
    assert mails.to == [BUYER]
    release(shop)
    shop.work_off()
    assert mails.to == [BUYER]


def test_people_of_the_account_get_it_as_they_want_mails_of_rules(shop: Shop, mails: SeenMails) -> None:
    wants(shop, MailMode.OFF, MailKind.RULE_EMAIL)
    wants(shop, MailMode.OFF, MailKind.RULE_EMAIL, STRANGER)
    asking(shop, f"{OWNER.upper()}, {BUYER}, {STRANGER}")
    shop.work_off()

    assert sorted(mails.to) == sorted([BUYER, STRANGER]), "who belongs to another account is like anybody else here"


def test_people_of_the_account_come_to_the_order_by_it(shop: Shop, mails: SeenMails) -> None:
    wants(shop, MailMode.DAILY, MailKind.RULE_EMAIL)
    asking(shop, OWNER)
    shop.work_off()
    assert mails.sent == []
    shop.app.clock.sleep(24 * 60 * 60)
    make_digests(shop.app)
    shop.work_off()

    [(digest, base)] = mails.sent
    assert f"Open the order: http://localhost/orders/{shop.order_id('1')}" in digest.content.plain_text(base)


def test_paragraphs_are_those_of_the_rule_and_a_subject_is_always_there(shop: Shop, mails: SeenMails) -> None:
    publish(
        shop,
        f"{{id: m, when: always, then: [{{do: send_email, to: {BUYER}, subject: '{{gift_message}}', "
        'message: "one\\n\\n\\ntwo\\nstill two\\n\\n"}]}',
    )
    shop.import_all(ready("1"))
    shop.work_off()

    [(mail, _)] = mails.sent
    assert (mail.content.subject, mail.content.paragraphs) == ("(no subject)", ("one", "two\nstill two"))


def test_what_is_no_address_is_said_and_the_others_get_theirs_once(shop: Shop, mails: SeenMails) -> None:
    asking(shop, f"nobody, {BUYER}")
    shop.work_off()

    [job] = jobs_of(shop)
    assert (job.state, str(job.last_error)) == (
        JobState.DEAD,
        "nobody: that is not an e-mail address, so nothing was sent there.",
    )
    assert NEEDS_ATTENTION in order_of(shop).flags
    assert alerts_of(shop) == ["An e-mail was given up: nobody: that is not an e-mail address, so nothing was sent there."]

    publish(shop, f"{{id: m, 'on': [reprocess], when: always, then: [{WRITE % f'{BUYER}, bo@casa-verde.example'}]}}")
    reprocess(shop)
    shop.work_off()
    assert sorted(mails.to) == ["bo@casa-verde.example", BUYER]


def test_a_refused_one_is_with_the_accounts_mails(shop: Shop, mails: SeenMails) -> None:
    mails.failure = MailRefused(Message("x", Text("No such user", "No existe")))
    asking(shop, BUYER)
    shop.work_off()

    [entry] = entries_of(shop)
    assert (entry.to_address, entry.kind, entry.state) == (BUYER, MailKind.RULE_EMAIL, MailState.FAILED)
    assert alerts_of(shop, "es") == ["Un correo: se ha abandonado: No existe"]


@pytest.mark.parametrize("dry_run", [True, False])
def test_who_is_erased_is_erased_from_mails_too(shop: Shop, mails: SeenMails, dry_run: bool) -> None:
    asking(shop, f"{{customer.email}}, {OWNER}")
    shop.work_off()
    ship_order(shop.app, shop.merchant.id, shop.order_id("1"), Shipping("seur", "24h", ("T1",)), "operator")

    erased = erase_person(shop.app, shop.merchant.slug, email=BUYER, dry_run=dry_run)

    ids = sorted(entry.id for entry in entries_of(shop))
    assert erased.counts["mails"] == 2
    assert sorted(mails.forgotten) == ([] if dry_run else ids), "files go as well"
    with shop.database.reading_unit_of_work() as unit:
        found = [unit.mails.get(shop.merchant.id, mail_id) for mail_id in ids]
    left = repr([(mail, mail.content) for mail in found])
    assert [word for word in (BUYER, "Ana Núñez") if re.search(word, left)] == ([BUYER, "Ana Núñez"] if dry_run else [])
