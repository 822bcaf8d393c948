"""Whoever answers a mail reaches somebody: the person it is of, else the first admin of the account. Through a mail server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from support.clock import FixedClock
from support.mail_server import MailServer, mail_server
from support.mails import BUYER, post, sending_by, writing_to_buyers
from support.rule_runs import publish
from support.shop import OWNER, PROVIDER, ready
from support.two_sides import TRACKED, TwoSides, open_two_sides

from adapters.mail.smtp import SmtpMailSender
from engine.model.buyer_mail import BuyerMail
from engine.model.mail import MailContent, MailKind, Recipient
from engine.model.request import RequestAction
from engine.services.accounts.invitations import invite_colleague
from engine.services.connections.invite_client import invite_client
from engine.services.connections.remove_connection import OpenOrders, remove_connection
from engine.services.fulfillment.ship_order import ship_order
from storage.database import Database


@dataclass
class Post:
    """Two sides and the server that their mails go to."""

    sides: TwoSides
    server: MailServer

    def replies(self) -> dict[str, str | None]:
        """Where an answer to each mail would go, by who got it, once all have left."""
        self.sides.shop.work_off()
        return {received.to[0]: received.message["Reply-To"] for received in self.server.received}


@pytest.fixture
def mails(sqlite_database: Database, clock: FixedClock) -> Iterator[Post]:
    sides = open_two_sides(sqlite_database, clock)
    with mail_server() as server:
        sending_by(sides.shop, SmtpMailSender(server.address, "relevo@mail.example"))
        yield Post(sides, server)


def test_an_invited_client_answers_the_person_who_invited(mails: Post) -> None:
    names = {"client_name": "Luz", "company_name": "Acme"}
    invite_client(mails.sides.app, mails.sides.clerk, **names, email="luz@elsewhere.example")

    assert mails.replies() == {"luz@elsewhere.example": PROVIDER}


def test_an_invited_colleague_answers_the_person_who_invited(mails: Post) -> None:
    sides = mails.sides
    invite_colleague(sides.app, sides.merchant, by=sides.owner, email="eva@elsewhere.example", role="member")

    assert mails.replies() == {"eva@elsewhere.example": OWNER}


def test_who_hears_that_a_connection_ended_answers_the_person_who_ended_it(mails: Post) -> None:
    sides = mails.sides
    remove_connection(sides.app, sides.owner, sides.connection().id, open_orders=OpenOrders.RETURN)

    assert mails.replies() == {PROVIDER: OWNER}


def test_a_merchant_answers_the_clerk_who_rejected(mails: Post) -> None:
    sides = mails.sides
    sides.answer(sides.taken(), RequestAction.REJECT, code="out_of_stock")

    assert mails.replies() == {OWNER: PROVIDER}


def test_a_buyer_answers_the_shop(mails: Post) -> None:
    shop = mails.sides.shop
    writing_to_buyers(shop, BuyerMail.SHIPMENT)
    shop.import_all(ready("1", customer={"name": "Ana", "email": BUYER}))
    ship_order(shop.app, shop.merchant.id, shop.order_id("1"), TRACKED, "somebody")

    assert mails.replies() == {BUYER: OWNER}


def test_a_buyer_of_an_order_that_a_3pl_ships_answers_the_shop_not_the_3pl(mails: Post) -> None:
    sides = mails.sides
    writing_to_buyers(sides.shop, BuyerMail.SHIPMENT)
    sides.shop.import_all(ready("1", customer={"name": "Ana", "email": BUYER}))
    sides.ship(sides.taken())

    assert mails.replies()[BUYER] == OWNER


def test_who_a_rule_writes_to_answers_the_account(mails: Post) -> None:
    publish(mails.sides.shop, f"{{id: m, when: always, then: [{{do: send_email, to: {BUYER}, subject: Hi, message: Hello}}]}}")
    mails.sides.shop.import_all(ready("2"))

    assert mails.replies() == {BUYER: OWNER}


def test_a_notice_of_the_service_itself_names_nobody(mails: Post) -> None:
    post(mails.sides.shop, MailKind.STORE_NOTICE)

    assert mails.replies() == {OWNER: None}


@pytest.mark.parametrize(
    ("reply_to", "travels"),
    [("ana@tienda-ñ.example", "ana@xn--tienda--b0a.example"), ("añá@tienda.example", None), ("no address", None)],
)
def test_an_address_that_cannot_travel_does_not_keep_a_mail_back(mails: Post, reply_to: str, travels: str | None) -> None:
    content = MailContent("Look", ("Something",), reply_to=reply_to)
    post(mails.sides.shop, MailKind.RULE_EMAIL, Recipient(BUYER, None, "en"), content=content)

    assert mails.replies() == {BUYER: travels}
