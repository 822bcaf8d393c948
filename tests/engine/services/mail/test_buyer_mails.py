"""Buyers are told when their parcels leave and when they have arrived: once, if the store or a rule wants it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from support.clock import FixedClock
from support.mails import BUYER, SeenMails, entries_of, sending_by, writing_to_buyers
from support.rule_runs import publish
from support.shop import Shop, ready
from support.two_sides import TRACKED, TwoSides, open_two_sides

from engine.decide.decision import NEEDS_ATTENTION
from engine.events import Delivered
from engine.events import publish as tell
from engine.model.buyer_mail import BuyerMail, BuyerMailProgress, BuyerMailStatus
from engine.model.fulfillment import Shipment
from engine.model.mail import MailKind, MailState
from engine.model.store_preferences import StoreLogo
from engine.ports import MailRefused, MailUnavailable
from engine.services.fulfillment.list_untold import Listener, list_untold
from engine.services.fulfillment.ship_order import Shipped, Shipping, ship_order, unship_order
from engine.services.mail.account_mails import send_again
from engine.services.mail.buyer_progress import list_buyer_mails, send_buyer_mail
from engine.services.refusals import Refused
from rules.messages import Message, Text
from storage.database import Database

NO = Message("no", Text("No such box.", "No existe ese buzón."))
BOTH = (BuyerMail.SHIPMENT, BuyerMail.DELIVERY)
OTHER = "other@elsewhere.example"


def bring(shop: Shop, number: str = "1", **changes: Any) -> None:
    shop.import_all(ready(number, **{"customer": {"name": "Ana", "email": BUYER}, **changes}))


def ship(shop: Shop, number: str = "1", shipping: Shipping = TRACKED) -> Shipped:
    return ship_order(shop.app, shop.merchant.id, shop.order_id(number), shipping, "somebody")


def arrive(shop: Shop, shipment: Shipment) -> None:
    """The carrier has delivered it."""
    with shop.app.unit_of_work() as unit:
        order = unit.orders.get(shipment.account_id, shipment.order_id, for_change=True)
        tell(shop.app, unit, [Delivered(order, shop.app.clock.now(), shipment)])
        unit.commit()


def progress(shop: Shop, shipment: Shipment) -> tuple[BuyerMailProgress, ...]:
    with shop.app.reading() as unit:
        order = unit.orders.get(shipment.account_id, shipment.order_id)
        shipments = unit.fulfillment.list_shipments(shipment.account_id, shipment.order_id)
    return list_buyer_mails(shop.app, order, shipments).get(shipment.id, ())


def again(shop: Shop, shipment: Shipment, mail: BuyerMail = BuyerMail.SHIPMENT) -> None:
    send_buyer_mail(shop.app, shop.merchant.id, shipment.order_id, shipment.id, mail, "somebody")


def test_nobody_is_told_unless_the_store_wants_it(shop: Shop, mails: SeenMails) -> None:
    bring(shop)
    shipment = ship(shop).shipment
    arrive(shop, shipment)
    shop.work_off()

    assert (mails.sent, progress(shop, shipment)) == ([], ())


def test_a_buyer_reads_all_of_the_shipment_once(shop: Shop, mails: SeenMails) -> None:
    writing_to_buyers(shop, BuyerMail.SHIPMENT)
    bring(shop)
    shipment = ship(shop).shipment
    ship(shop)
    arrive(shop, shipment)
    shop.work_off()

    [(mail, _)] = mails.sent
    assert (mail.to_address, mail.kind, mail.language) == (BUYER, MailKind.BUYER_SHIPMENT, "es")
    assert mail.content is not None
    assert mail.content.subject == "Tu pedido 1 de Casa Verde está en camino"
    assert mail.content.paragraphs == (
        "Hola, Ana:",
        "Tu pedido 1 ha salido y está en camino.",
        "En este envío:\n2 × Mug, blue (ACM-MUG)",
        "Empresa de transporte: SEUR 24h\nNúmero de seguimiento: T1",
        "Va a:\nAna Núñez\nCalle Mayor 1\n28004 Madrid\nEspaña",
    )
    [link] = mail.content.outside
    assert link.address == "https://www.seur.com/livetracking/?segOnlineIdentificador=T1"
    assert [one.kind for one in entries_of(shop)] == [MailKind.BUYER_SHIPMENT]
    [told] = progress(shop, shipment)
    assert (told.status, told.attempts, told.at) == (BuyerMailStatus.SENT, 1, shop.app.clock.now())


@pytest.mark.parametrize(
    ("country", "subject"),
    [
        ("MX", "Tu pedido 1 de Casa Verde está en camino"),
        ("US", "Your order 1 from Casa Verde is on its way"),
        ("FR", "Tu pedido 1 de Casa Verde está en camino"),  # the account is in Spain
    ],
)
def test_it_is_in_the_language_of_the_country_it_goes_to(shop: Shop, mails: SeenMails, country: str, subject: str) -> None:
    writing_to_buyers(shop, BuyerMail.SHIPMENT)
    bring(shop, ship_to={"name": "Joe", "country": country})
    ship(shop)
    shop.work_off()

    assert mails.subjects == [subject]


@pytest.mark.parametrize(("country", "units"), [("ES", "0,5 × Cloth (CLOTH)"), ("GB", "0.5 × Cloth (CLOTH)")])
def test_part_of_a_unit_has_the_decimal_sign_of_its_language(shop: Shop, mails: SeenMails, country: str, units: str) -> None:
    writing_to_buyers(shop, BuyerMail.SHIPMENT)
    bring(shop, ship_to={"country": country}, items=[{"line_key": "1", "sku": "CLOTH", "name": "Cloth", "quantity": "0.50"}])
    ship(shop)
    shop.work_off()

    [(mail, _)] = mails.sent
    assert mail.content is not None
    assert [part.splitlines()[1:] for part in mail.content.paragraphs if "×" in part] == [[units]]


def test_it_comes_in_the_name_of_the_store_with_its_logo(shop: Shop, mails: SeenMails) -> None:
    writing_to_buyers(shop, BuyerMail.SHIPMENT, packing_slip_name="Casa Verde Hogar")
    logo = StoreLogo("image/png", b"\x89PNG")
    with shop.database.unit_of_work() as unit:
        unit.stores.keep_logo(unit.stores.get(shop.merchant.id, shop.store.id), logo)
        unit.commit()
    bring(shop)
    ship(shop)
    shop.work_off()

    assert mails.subjects == ["Tu pedido 1 de Casa Verde Hogar está en camino"]
    assert mails.logos == [logo]


def test_two_parcels_can_each_be_followed_and_an_unknown_carrier_cannot(shop: Shop, mails: SeenMails) -> None:
    writing_to_buyers(shop, BuyerMail.SHIPMENT)
    bring(shop, ship_to={"country": "GB"})
    ship(shop, shipping=Shipping("easypost", "UPS:Ground", ("A 1", "B2")))
    bring(shop, "2", ship_to={"country": "GB"})
    ship(shop, "2", Shipping("bike", "courier", ()))
    shop.work_off()

    two, none = (mail.content for mail, _ in mails.sent)
    assert two is not None
    assert none is not None
    assert [one.label for one in two.outside] == ["Track the parcel A1", "Track the parcel B2"]
    assert two.outside[0].address == "https://www.ups.com/track?tracknum=A1"
    assert none.outside == ()
    assert "This shipment has no tracking number." in " ".join(none.paragraphs)


@pytest.mark.parametrize(
    ("store", "template", "told"),
    [((), "standard", True), ((BuyerMail.SHIPMENT,), "none", False), ((BuyerMail.SHIPMENT,), "", True), ((), "", False)],
)
def test_a_rule_overrides_what_the_store_says(
    shop: Shop, mails: SeenMails, store: tuple[BuyerMail, ...], template: str, told: bool
) -> None:
    writing_to_buyers(shop, *store)
    if template:
        publish(shop, f"{{id: m, when: always, then: [{{do: set_email_template, kind: shipment, template: {template}}}]}}")
    bring(shop)
    ship(shop)
    shop.work_off()

    assert bool(mails.sent) is told


def test_a_shipment_that_is_kept_from_the_store_is_told_to_its_buyer(shop: Shop, mails: SeenMails) -> None:
    writing_to_buyers(shop, BuyerMail.SHIPMENT)
    publish(shop, "{id: m, when: always, then: [{do: notify_marketplace, enabled: false}]}")
    bring(shop)
    ship(shop)
    shop.work_off()

    assert (mails.to, shop.connector.told) == ([BUYER], [])


def test_what_is_taken_back_before_it_was_sent_is_told_to_nobody(shop: Shop, mails: SeenMails) -> None:
    writing_to_buyers(shop, *BOTH)
    bring(shop)
    first = ship(shop).shipment
    arrive(shop, first)
    unship_order(shop.app, shop.merchant.id, shop.order_id("1"), "somebody")
    shop.work_off()
    assert (mails.sent, entries_of(shop), progress(shop, first)) == ([], [], ())

    ship(shop, shipping=Shipping("seur", "24h", ("T2",)))
    shop.work_off()
    [(mail, _)] = mails.sent
    assert mail.content is not None
    assert "T2" in " ".join(mail.content.paragraphs)


def test_what_was_delivered_is_told_once(shop: Shop, mails: SeenMails) -> None:
    writing_to_buyers(shop, BuyerMail.DELIVERY)
    bring(shop)
    shipment = ship(shop).shipment
    for _ in range(2):
        arrive(shop, shipment)
        shop.work_off()

    [(mail, _)] = mails.sent
    assert mail.content is not None
    assert (mail.kind, mail.content.subject) == (MailKind.BUYER_DELIVERY, "Tu pedido 1 de Casa Verde se ha entregado")
    assert mail.content.outside == ()


def test_an_order_without_an_address_waits_for_one(shop: Shop, mails: SeenMails) -> None:
    writing_to_buyers(shop, BuyerMail.SHIPMENT)
    bring(shop, customer={"email": "not an address"})
    shipment = ship(shop).shipment
    assert [told.status for told in progress(shop, shipment)] == [BuyerMailStatus.NO_ADDRESS]
    with pytest.raises(Refused, match="no e-mail address"):
        again(shop, shipment)
    _edit(shop, BUYER)
    assert [told.status for told in progress(shop, shipment)] == [BuyerMailStatus.NOT_WRITTEN]
    again(shop, shipment)
    shop.work_off()

    assert mails.to == [BUYER]


def test_what_is_refused_is_listed_and_goes_to_the_address_that_was_put_right(shop: Shop, mails: SeenMails) -> None:
    writing_to_buyers(shop, BuyerMail.SHIPMENT)
    bring(shop)
    mails.failure = MailRefused(NO)
    shipment = ship(shop).shipment
    shop.work_off()

    [listed] = list_untold(shop.app, shop.merchant.id)
    assert (listed.listener, listed.mail, listed.is_given_up, listed.attempts) == (Listener.BUYER, BuyerMail.SHIPMENT, True, 1)
    assert (str(listed.problem), listed.tried_at) == ("No such box.", shop.app.clock.now())
    assert [told.status for told in progress(shop, shipment)] == [BuyerMailStatus.FAILED]
    with shop.app.reading() as unit:
        assert NEEDS_ATTENTION in unit.orders.get(shop.merchant.id, shipment.order_id).flags

    mails.failure = None
    _edit(shop, OTHER)
    again(shop, shipment)
    assert [told.status for told in progress(shop, shipment)] == [BuyerMailStatus.WAITING]
    shop.work_off()
    assert (mails.to, list_untold(shop.app, shop.merchant.id)) == ([OTHER], [])


def test_a_mail_server_that_is_away_is_tried_again(shop: Shop, mails: SeenMails, clock: FixedClock) -> None:
    writing_to_buyers(shop, BuyerMail.SHIPMENT)
    bring(shop)
    mails.failure = MailUnavailable(NO)
    shipment = ship(shop).shipment
    shop.work_off()
    mails.failure = None
    clock.sleep(3600)
    shop.work_off()

    assert mails.to == [BUYER]
    assert [told.attempts for told in progress(shop, shipment)] == [2]


def test_a_sent_mail_is_sent_again_as_the_same_one(shop: Shop, mails: SeenMails) -> None:
    writing_to_buyers(shop, BuyerMail.SHIPMENT)
    bring(shop)
    shipment = ship(shop).shipment
    shop.work_off()
    again(shop, shipment)
    shop.work_off()
    send_again(shop.app, shop.merchant.id, mails.sent[0][0].id, "somebody")
    shop.work_off()

    assert len({mail.id for mail, _ in mails.sent}) == 1
    assert len(mails.sent) == 3
    assert [one.state for one in entries_of(shop)] == [MailState.SENT]


@pytest.mark.parametrize(
    ("what", "words"),
    [
        (lambda shop, shipment: send_buyer_mail(shop.app, shop.merchant.id, "nowhere", "x", BuyerMail.SHIPMENT, "a"), "nowhere"),
        (
            lambda shop, shipment: send_buyer_mail(
                shop.app, shop.merchant.id, shipment.order_id, "shp_x", BuyerMail.SHIPMENT, "a"
            ),
            "shp_x",
        ),
        (lambda shop, shipment: again(shop, shipment, BuyerMail.DELIVERY), "delivered"),
        (lambda shop, shipment: again(shop, shipment), "not been sent yet"),
    ],
)
def test_what_cannot_be_sent_says_why(shop: Shop, what: Callable[[Shop, Shipment], None], words: str) -> None:
    writing_to_buyers(shop, BuyerMail.SHIPMENT)
    bring(shop)
    shipment = ship(shop).shipment
    with pytest.raises(Refused, match=words):
        what(shop, shipment)


def test_what_was_taken_back_is_not_sent_again(shop: Shop) -> None:
    writing_to_buyers(shop, BuyerMail.SHIPMENT)
    bring(shop)
    shipment = ship(shop).shipment
    shop.work_off()
    unship_order(shop.app, shop.merchant.id, shop.order_id("1"), "somebody")
    with pytest.raises(Refused, match="taken back"):
        again(shop, shipment)


@pytest.fixture
def sides(database: Database, clock: FixedClock, mails: SeenMails) -> TwoSides:
    sides = open_two_sides(database, clock)
    sending_by(sides.shop, mails)
    writing_to_buyers(sides.shop, *BOTH)
    return sides


def test_what_a_provider_ships_is_told_by_its_merchant_once(sides: TwoSides, mails: SeenMails) -> None:
    bring(sides.shop)
    made = sides.ship(sides.taken()).shipment
    sides.shop.work_off()
    [(mail, _)] = mails.sent
    assert (mail.account_id, mail.to_address) == (sides.merchant, BUYER)
    arrive(sides.shop, made)
    sides.shop.work_off()
    with sides.app.reading() as unit:
        [own] = unit.fulfillment.list_shipments(sides.merchant, sides.shop.order_id("1"))
    arrive(sides.shop, own)
    sides.shop.work_off()

    assert [mail.kind for mail, _ in mails.sent] == [MailKind.BUYER_SHIPMENT, MailKind.BUYER_DELIVERY]
    assert {mail.account_id for mail, _ in mails.sent} == {sides.merchant}


def test_a_provider_that_takes_its_shipment_back_calls_the_merchants_mail_off(sides: TwoSides, mails: SeenMails) -> None:
    bring(sides.shop)
    mails.failure = MailUnavailable(NO)
    request = sides.taken()
    sides.ship(request)
    sides.shop.work_off()
    assert len(entries_of(sides.shop)) == 1
    unship_order(sides.app, sides.provider, sides.copy(request).id, sides.clerk.id)
    sides.shop.work_off()

    assert entries_of(sides.shop) == []


def test_parts_of_an_order_are_told_as_parts(sides: TwoSides, mails: SeenMails) -> None:
    lines = [{"line_key": key, "sku": f"S{key}", "name": f"Thing {key}", "quantity": 1} for key in ("1", "2")]
    bring(sides.shop, items=lines)
    sides.ship(sides.taken(lines={"1": Decimal(1)}))
    sides.shop.work_off()
    ship(sides.shop, shipping=Shipping("seur", "24h", ("T2",)))
    sides.shop.work_off()

    assert mails.subjects == [
        "Una parte de tu pedido 1 de Casa Verde está en camino",
        "El resto de tu pedido 1 de Casa Verde está en camino",
    ]


def _edit(shop: Shop, address: str) -> None:
    with shop.database.unit_of_work() as unit:
        order = unit.orders.get(shop.merchant.id, shop.order_id("1"), for_change=True)
        order.person["customer.email"] = address
        unit.orders.update_many([order])
        unit.commit()
