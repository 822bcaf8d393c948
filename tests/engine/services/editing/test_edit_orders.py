"""People set fields of orders, and undo it field by field."""

from __future__ import annotations

from decimal import Decimal

import pytest
from support.clock import FixedClock
from support.editing import ANA, edited, made, said, undone
from support.rule_runs import order_of, publish, reprocess
from support.shop import Shop, ready

from engine.application import UnreadableVersion
from engine.model.order import Edit
from engine.services.editing.edit_orders import BATCH, edit_orders
from engine.services.editing.edits import FieldEdit, Operation, Outcome
from engine.services.fulfillment.ship_order import Shipping, ship_order

IDLE = "{id: idle, enabled: false, when: always, then: []}"


def test_what_a_person_sets_stands_in_front_of_rules_and_store_and_says_who_and_when(shop: Shop, clock: FixedClock) -> None:
    shop.import_all(ready("1", order_total=Decimal(5)))
    result = edited(shop, service="paq-estandar", weight_g="900")
    order = order_of(shop)

    assert (result.outcome, {change.field: (change.before, change.after) for change in result.changes}) == (
        Outcome.CHANGED,
        {"service": ("paq-premium", "paq-estandar"), "weight_g": (1250, 900)},
    )
    assert (order.document()["service"], order.document()["weight_g"]) == ("paq-estandar", 900)
    assert order.edits == {"service": Edit(ANA, clock.now()), "weight_g": Edit(ANA, clock.now())}


def test_an_edit_is_undone_by_itself_and_falls_back_to_what_rules_or_the_store_say(shop: Shop) -> None:
    shop.import_all(ready("1"))
    edited(shop, service="paq-estandar", weight_g="900", custom_field_1="VIP")

    assert undone(shop, "service").outcome is Outcome.CHANGED
    order = order_of(shop)
    assert (order.document()["service"], order.document()["weight_g"]) == ("paq-premium", 900)
    undone(shop, "weight_g")
    assert order_of(shop).document()["weight_g"] == 1250
    assert order_of(shop).edits.keys() == {"custom_field_1"}
    assert undone(shop, "weight_g").outcome is Outcome.UNCHANGED


def test_an_edit_survives_imports_and_the_rules_running_again(shop: Shop) -> None:
    shop.import_all(ready("1"))
    edited(shop, service="paq-estandar", ship_to__city="Getafe")
    shop.import_all(ready("1", weight_g=700))
    assert order_of(shop).document()["weight_g"] == 700
    order = reprocess(shop)
    assert (order.document()["service"], order.document()["ship_to"]["city"]) == ("paq-estandar", "Getafe")
    assert order.edits.keys() == {"service", "ship_to.city"}


def test_the_audit_trail_has_before_and_after(shop: Shop) -> None:
    shop.import_all(ready("1"))
    edited(shop, weight_g="900")
    undone(shop, "weight_g")
    with shop.app.reading() as uow:
        entries = uow.audit.list_for(shop.merchant.id, shop.order_id("1"))
    made_here = [(one.actor, one.action, one.before, one.after) for one in entries if one.actor == ANA]
    assert made_here == [
        (ANA, "order.edited", {"weight_g": 1250}, {"weight_g": 900}),
        (ANA, "order.edit_undone", {"weight_g": 900}, {"weight_g": 1250}),
    ]


def test_an_empty_value_takes_the_field_away_until_that_is_undone(shop: Shop) -> None:
    shop.import_all(ready("1"))
    assert edited(shop, service="", ship_to__phone=" ").outcome is Outcome.CHANGED
    order = reprocess(shop)
    assert "service" not in order.document()
    assert "phone" not in order.document()["ship_to"]
    undone(shop, "service")
    assert order_of(shop).document()["service"] == "paq-premium"


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("weight_g", "99999999999999", "99999999999999 is above 2000000."),
        ("length_mm", "20001", "20001 is above 20000."),
        ("insured_value", "50.123", "50.123 has more decimals than amounts of the order have: 2."),
        ("insured_value", "1000000001", "1000000001 is above 1000000000."),
        ("cash_on_delivery.amount", "0.001", "0.001 has more decimals than amounts of the order have: 2."),
    ],
)
def test_numbers_have_bounds_and_amounts_the_decimals_of_their_currency(shop: Shop, field: str, value: str, problem: str) -> None:
    shop.import_all(ready("1"))
    assert said(made(shop, "1", FieldEdit(field, value=value))) == [(field, problem)]
    assert made(shop, "1", FieldEdit("insured_value", value="50.1200")).outcome is Outcome.CHANGED


def test_a_comma_separates_tags_unless_it_is_in_quotes_or_in_a_tag_that_is_there(shop: Shop) -> None:
    shop.import_all(ready("1", tags=["x, y", "gift"]))
    made(shop, "1", FieldEdit("tags", Operation.SET, 'x, y\ngift\nvip, late,\n"a, b"'))
    assert order_of(shop).document()["tags"] == ["x, y", "gift", "vip", "late", "a, b"]
    made(shop, "1", FieldEdit("tags", Operation.REMOVE, "vip,a"))
    made(shop, "1", FieldEdit("tags", Operation.REMOVE, "x, y"))
    made(shop, "1", FieldEdit("tags", Operation.ADD, "one, two"))
    assert order_of(shop).document()["tags"] == ["gift", "late", "a, b", "one", "two"]
    made(shop, "1", FieldEdit("tags", Operation.SET, ("m, n",)))
    assert order_of(shop).document()["tags"] == ["m, n"]


def test_tags_are_added_and_removed_one_by_one(shop: Shop) -> None:
    shop.import_all(ready("1", tags=["Gift", "late"]))
    made(shop, "1", FieldEdit("tags", Operation.ADD, "VIP"))
    made(shop, "1", FieldEdit("tags", Operation.ADD, "vip"))
    made(shop, "1", FieldEdit("tags", Operation.REMOVE, "gift"))
    assert order_of(shop).document()["tags"] == ["late", "delegated", "VIP"]
    assert said(made(shop, "1", FieldEdit("carrier", Operation.ADD, "dhl"))) == [
        ("carrier", "Nothing can be added to it or removed from it: set it.")
    ]


def test_one_bad_value_keeps_all_edits_of_the_order_back_with_a_sentence_for_its_field(shop: Shop) -> None:
    shop.import_all(ready("1"))
    result = edited(
        shop,
        weight_g="heavy",
        length_mm="-1",
        ship_by="soon",
        ship_to__country="Atlantis",
        logistics_provider="nobody",
        custom_field_1="fine",
        notify_marketplace="perhaps",
        status="shipped",
        colour="red",
    )
    assert result.outcome is Outcome.REFUSED
    assert str(result.refusal) == 'weight in grams: "heavy" is not a number: write one such as 250 or 12.5.'
    problems = dict(said(result))
    assert problems["length_mm"] == "-1 is below 0."
    assert problems["ship_by"] == '"soon" is not a date: write a day such as 2026-12-24, or a time such as 2026-12-24 17:00.'
    assert problems["ship_to.country"] == (
        '"Atlantis" is not a value of `ship_to.country`, which is a country\'s two-letter code (ISO 3166)'
    )
    assert problems["logistics_provider"] == 'the account has no logistics provider "nobody"; connected: acme-3pl'
    assert problems["notify_marketplace"] == '"perhaps" is neither yes nor no.'
    assert problems["status"] == "`status` is not set by hand: hold the order, or release it."
    assert problems["colour"].startswith('"colour" is not a field that a person may set')
    assert "custom_field_1" not in problems
    assert order_of(shop).person == {}


def test_values_are_kept_as_rules_would_write_them(shop: Shop) -> None:
    shop.import_all(ready("1"))
    result = edited(
        shop,
        ship_by="2026-12-24",
        deliver_by="2026-07-01 17:30",
        ship_to__country="Spain",
        insured_value="60.10",
        carrier_options__dry_ice="250",
        carrier_options__saturday_delivery="yes",
        packing_slip="Gift",
        customs__tax_ids__ioss="IM123",
        assigned_to="ANA@casa-verde.example",
    )
    assert result.outcome is Outcome.CHANGED, said(result)
    person = order_of(shop).person
    assert person == {
        "ship_by": "2026-12-24T00:00:00+01:00",
        "deliver_by": "2026-07-01T17:30:00+02:00",
        "insured_value": Decimal("60.10"),
        "carrier_options.dry_ice": 250,
        "carrier_options.saturday_delivery": True,
        "packing_slip": "gift",
        "customs.tax_ids.ioss": "IM123",
        "assigned_to": "ana@casa-verde.example",
    }


def test_what_the_order_says_already_is_no_edit(shop: Shop) -> None:
    shop.import_all(ready("1"))
    result = edited(shop, weight_g="1250.0", service="paq-premium", ship_to__country="es")
    assert (result.outcome, order_of(shop).person) == (Outcome.UNCHANGED, {})


def test_a_field_that_has_changed_since_it_was_shown_is_not_overwritten(shop: Shop) -> None:
    shop.import_all(ready("1"))
    edited(shop, custom_field_1="Bo's")
    untouched = FieldEdit("weight_g", value="1250", shown="1250")
    late = FieldEdit("custom_field_1", value="Ana's", shown="")
    result = made(shop, "1", untouched, late)

    assert result.outcome is Outcome.REFUSED
    assert [(one.field, one.current) for one in result.problems] == [("custom_field_1", "Bo's")]
    assert str(result.problems[0].message) == (
        'This has changed since you opened the page: it is "Bo\'s" now, and you wrote "Ana\'s". Save again to have yours.'
    )
    assert order_of(shop).document()["custom_field_1"] == "Bo's"
    again = made(shop, "1", FieldEdit("custom_field_1", value="Ana's", shown="Bo's"))
    assert (again.outcome, order_of(shop).document()["custom_field_1"]) == (Outcome.CHANGED, "Ana's")


def test_what_nobody_touched_stays_as_somebody_else_has_made_it_meanwhile(shop: Shop) -> None:
    shop.import_all(ready("1"))
    edited(shop, weight_g="900")
    result = made(shop, "1", FieldEdit("weight_g", value="1250", shown="1250"), FieldEdit("package", value="box-s", shown=""))
    assert result.outcome is Outcome.CHANGED
    assert (order_of(shop).document()["weight_g"], order_of(shop).document()["package"]) == (900, "box-s")


@pytest.mark.parametrize("ends", ["shipped", "cancelled"])
def test_an_order_that_has_left_or_was_cancelled_is_refused_with_a_sentence(shop: Shop, ends: str) -> None:
    publish(shop, IDLE)
    shop.import_all(ready("1"))
    if ends == "shipped":
        ship_order(shop.app, shop.merchant.id, shop.order_id("1"), Shipping("seur", "24h", ("T1",)), ANA)
    else:
        with shop.app.unit_of_work() as uow:
            order = uow.orders.get(shop.merchant.id, shop.order_id("1"))
            order.close_upstream("cancelled", shop.app.clock.now(), shipped=False)
            uow.orders.update_many([order])
            uow.commit()
    result = edited(shop, weight_g="900")
    assert result.outcome is Outcome.REFUSED
    assert str(result.refusal) == f'Order 1 cannot be changed any more: its status is "{ends.capitalize()}".'


def test_many_orders_have_a_result_each_and_a_refused_one_keeps_none_back(shop: Shop) -> None:
    publish(shop, IDLE)
    numbers = [str(number) for number in range(1, BATCH + 3)]
    shop.import_all(*(ready(number) for number in numbers))
    ids = [shop.order_id(number) for number in numbers]
    ship_order(shop.app, shop.merchant.id, ids[1], Shipping("seur", "24h", ("T1",)), ANA)
    edited(shop, "3", package="box-s")

    results = edit_orders(shop.app, shop.merchant.id, [*ids, "ord_x", ids[0]], [FieldEdit("package", value="box-s")], ANA)
    assert [one.order_id for one in results] == [*ids, "ord_x"]
    assert [one.outcome.value for one in results[:4]] == ["changed", "refused", "unchanged", "changed"]
    assert (results[-1].outcome, str(results[-1].refusal)) == (Outcome.REFUSED, 'There is no order "ord_x" in this account.')
    assert all(order_of(shop, number).document()["package"] == "box-s" for number in numbers if number != "2")


def test_orders_of_another_account_are_not_there(shop: Shop) -> None:
    shop.import_all(ready("1"))
    (result,) = edit_orders(shop.app, shop.provider.id, [shop.order_id("1")], [FieldEdit("package", value="x")], ANA)
    assert (result.outcome, result.order_number) == (Outcome.REFUSED, None)


def test_an_order_can_be_repaired_while_the_published_rules_cannot_be_read(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.import_all(ready("1"))
    with shop.app.unit_of_work() as uow:
        (version,) = uow.rule_sets.list_published(shop.merchant.id)

    def unreadable(*_: object) -> None:
        raise UnreadableVersion(version, [])

    monkeypatch.setattr(shop.app.compiled, "get", unreadable)
    assert edited(shop, package="box-s").outcome is Outcome.CHANGED
