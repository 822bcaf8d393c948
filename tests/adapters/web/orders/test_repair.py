"""The pages on which people cancel orders, take them in, duplicate them and make them by hand."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient
from support.browsing import press, words_of
from support.rule_runs import publish
from support.shop import OWNER, Shop, ready

LogIn = Callable[[str], FlaskClient]


def in_spanish(client: FlaskClient, address: str) -> str:
    return words_of(press(client, address, "/language", language="es", back=address))


def test_a_page_says_what_cancelling_does_before_it_is_done(shop: Shop, log_in: LogIn) -> None:
    publish(shop, "{id: a, when: always, then: [{do: add_tag, tag: a}]}")
    shop.import_all(ready("7001"))
    client, address = log_in(OWNER), f"/orders/{shop.order_id('7001')}"
    assert f'href="{address}/cancel"' in client.get(address).text

    asked = words_of(client.get(f"{address}/cancel"))
    assert "Cancel order 7001? The store is not told: cancel it there too." in asked
    assert "¿Cancelar el pedido 7001? No se avisa a la tienda" in in_spanish(client, f"{address}/cancel")
    press(client, address, "/language", language="en", back=address)

    wrong = press(client, f"{address}/cancel", f"{address}/cancel", reason=" ")
    assert wrong.status_code == 422
    assert "Say in 1 to 500 characters why the order is cancelled." in words_of(wrong)
    done = words_of(press(client, f"{address}/cancel", f"{address}/cancel", reason="Customer <called>"))
    assert "The order is cancelled." in done
    assert "cancelled by a person; the history says why" in done
    assert "Customer <called>" in done
    assert "becomes Cancelled, Customer <called>" in done


def test_a_cancelled_order_is_restored_with_one_button(shop: Shop, log_in: LogIn) -> None:
    publish(shop, "{id: a, when: always, then: [{do: add_tag, tag: a}]}")
    shop.import_all(ready("7001"))
    client, address = log_in(OWNER), f"/orders/{shop.order_id('7001')}"
    press(client, f"{address}/cancel", f"{address}/cancel", reason="wrong")

    after = words_of(press(client, address, f"{address}/restore"))
    assert "The order is to be shipped again. The rules ran over it again." in after
    assert "Order 7001 Awaiting shipment" in after
    again = words_of(press(client, address, f"{address}/restore"))
    assert 'Order 7001 cannot be restored: its status is "Awaiting shipment".' in again


def test_what_a_rule_left_out_is_taken_in_with_one_button(shop: Shop, log_in: LogIn) -> None:
    publish(shop, "{id: out, when: always, then: [{do: dont_import}]}")
    shop.import_all(ready("7001"))
    client, address = log_in(OWNER), f"/orders/{shop.order_id('7001')}"

    assert "Take in It is to be shipped then, and no rule leaves it out again." in words_of(client.get(address))
    after = words_of(press(client, address, f"{address}/restore"))
    assert "Order 7001 Awaiting shipment" in after
    assert "Taken in again" in after


def test_what_cannot_be_cancelled_leads_back_with_the_reason(shop: Shop, log_in: LogIn) -> None:
    publish(shop, "{id: out, when: always, then: [{do: dont_import}]}")
    shop.import_all(ready("7001"))
    client, address = log_in(OWNER), f"/orders/{shop.order_id('7001')}"

    answer = client.get(f"{address}/cancel", follow_redirects=True)
    assert 'Order 7001 cannot be cancelled: its status is "Left out by a rule".' in words_of(answer)


def test_an_order_is_made_by_hand_and_what_is_wrong_comes_back_as_it_was_written(shop: Shop, log_in: LogIn) -> None:
    client = log_in(OWNER)
    address = {"to_name": "Ana <Núñez>", "to_street1": "Calle Mayor 1", "to_city": "Madrid", "to_country": "ES"}
    line = {"sku": ["VASE", ""], "name": ["Vase", ""], "quantity": ["2", ""], "unit_price": ["9.90", ""], "weight_g": ["", ""]}
    assert 'href="/orders/new"' in client.get("/orders").text

    wrong = press(client, "/orders/new", "/orders/new", **address, **{**line, "quantity": ["none", ""]}, currency="EUR")
    assert wrong.status_code == 422
    assert 'Line 1: "none" is not a quantity: write a number above 0.' in words_of(wrong)
    assert 'value="Ana &lt;Núñez&gt;"' in wrong.text
    more = press(client, "/orders/new", "/orders/new", **address, **line, currency="EUR", more="1")
    assert more.text.count('name="sku"') == 5
    made = words_of(press(client, "/orders/new", "/orders/new", **address, **line, currency="EUR", number="T-1"))
    assert "The order is created. No store knows of it." in made
    assert "Order T-1 Awaiting shipment" in made
    assert "Created by hand" in made
    assert "VASE Vase" in words_of(client.get("/products"))
    assert "Pedido nuevo" in in_spanish(client, "/orders/new")


def test_an_order_is_duplicated_and_both_pages_lead_to_each_other(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(ready("7001"))
    client, address = log_in(OWNER), f"/orders/{shop.order_id('7001')}"
    asked = words_of(client.get(f"{address}/duplicate"))
    assert "The store is not told: neither of the new order nor of what ships for it." in asked

    wrong = press(client, f"{address}/duplicate", f"{address}/duplicate", **{"units-1": "7"})
    assert wrong.status_code == 422
    assert "Line 1 (Mug, blue): write a number above 0 and at most 2." in words_of(wrong)
    assert 'value="7"' in wrong.text
    made = words_of(press(client, f"{address}/duplicate", f"{address}/duplicate", **{"units-1": "1"}))
    assert "Order 7001-R1" in made
    assert "Made as a copy of order 7001" in made
    assert "Duplicated as order 7001-R1" in words_of(client.get(address))


def test_orders_to_the_same_address_are_combined_and_separated_again(shop: Shop, log_in: LogIn) -> None:
    publish(shop, "{id: a, when: always, then: [{do: add_tag, tag: a}]}")
    shop.import_all(ready("7001"), ready("7002"))
    client, address = log_in(OWNER), f"/orders/{shop.order_id('7001')}"
    assert "1 order to the same address: combine…" in words_of(client.get(address))
    assert "7002 · 2 × Mug, blue" in words_of(client.get(f"{address}/combine"))
    assert "Agrupar el pedido 7001" in in_spanish(client, f"{address}/combine")
    press(client, address, "/language", language="en", back=address)

    wrong = press(client, f"{address}/combine", f"{address}/combine")
    assert wrong.status_code == 422
    assert "Choose at least one other order." in words_of(wrong)
    second = shop.order_id("7002")
    done = words_of(press(client, f"{address}/combine", f"{address}/combine", order=second))
    assert "This order has in its parcel now: 7002." in done
    assert "Has in its parcel order 7002" in done
    assert "ACM-MUG · 400 g Order 7002" in done, "whose each line is"
    other = words_of(client.get(f"/orders/{second}"))
    assert "It leaves in the parcel of another order: there is nothing to do here." in other
    assert not [page for page in (done, other) if "ord_" in page or "Combined_" in page], "what is kept for the product alone"
    assert "Leaves in the parcel of order 7001" in other
    assert "Combined with another" in other
    again = words_of(press(client, address, f"{address}/separate"))
    assert "These orders leave by themselves again: 7002." in again
    nothing = words_of(press(client, address, f"{address}/separate"))
    assert "Order 7001 has no other order in its parcel." in nothing


def test_an_order_is_split_and_its_part_joined_again(shop: Shop, log_in: LogIn) -> None:
    publish(shop, "{id: a, when: always, then: [{do: add_tag, tag: a}]}")
    shop.import_all(ready("7001"))
    client, address = log_in(OWNER), f"/orders/{shop.order_id('7001')}"
    assert f'href="{address}/split"' in client.get(address).text
    assert "Parts can be joined again as long as nothing of them has left." in words_of(client.get(f"{address}/split"))

    wrong = press(client, f"{address}/split", f"{address}/split", **{"units-1": "2"})
    assert wrong.status_code == 422
    assert "Something of order 7001 has to stay: choose fewer units." in words_of(wrong)
    assert press(client, f"{address}/split", "/orders/ord_nowhere/split", **{"units-1": "1"}).status_code == 404
    page = press(client, f"{address}/split", f"{address}/split", **{"units-1": "1"})
    part = words_of(page)
    assert "Order 7001 is split. This is the part 7001-2." in part
    assert "A part of order 7001" in part
    assert "Has the part 7001-2" in words_of(client.get(address))
    assert "Dividir el pedido 7001" in in_spanish(client, f"{address}/split")
    press(client, address, "/language", language="en", back=address)

    part_address = page.request.path
    joined = words_of(press(client, part_address, f"{part_address}/join"))
    assert "The part is joined: this order has its units again. " in joined
    assert "Has got back the part 7001-2" in joined
    assert "joined with its original again" in words_of(client.get(part_address))
    again = words_of(press(client, part_address, f"{part_address}/join"))
    assert 'Order 7001-2 cannot be joined: the status of 7001-2 is "Cancelled".' in again
