"""What the page of an order shows of a service that was chosen by its rates."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from support.browsing import press, words_in, words_of
from support.clock import FixedClock
from support.labels import Shippers, add_account
from support.rule_runs import publish
from support.shop import OWNER

from engine.services.deciding.reprocess_orders import reprocess_orders

ACCOUNT = {"name": "Casa Verde", "country": "ES", "time_zone": "Europe/Madrid", "decide_anew": "flag"}
LogIn = Callable[[str], FlaskClient]
CHEAPEST = "{id: cheapest, name: Cheapest, when: always, then: [{do: rate_shop, among: [slow, quick], prefer: cheapest}]}"


@pytest.fixture
def page(sides: Shippers, clock: FixedClock) -> str:
    sides.carrier.prices = {"slow": ("3.10", 4), "quick": ("7.20", 1)}
    add_account(sides, sides.shop.merchant.slug, "slow", "quick")
    publish(sides.shop, CHEAPEST)
    reprocess_orders(sides.app, sides.merchant, [sides.shop.order_id("1")], "somebody")
    sides.shop.work_off()
    clock.sleep(12 * 60)
    return f"/orders/{sides.shop.order_id('1')}"


def test_the_page_says_what_was_compared_and_when(page: str, log_in: LogIn) -> None:
    shown = words_in(log_in(OWNER).get(page).text).replace(" .", ".")
    assert "Chosen by its rates: €3.10, asked 12 minutes ago." in shown
    assert "Compared: slow, quick. The cheapest is taken." in shown
    assert "Shipping account – paid by the rules" in shown
    assert "paid slow asked 12 minutes ago €3.10 4 chosen" in shown
    assert "paid quick asked 12 minutes ago €7.20 1 costs more" in shown


def test_the_chosen_service_is_the_one_that_the_form_begins_with(page: str, log_in: LogIn) -> None:
    text = log_in(OWNER).get(page).text
    assert re.search(r'<option value="[^"]*/slow" selected>paid slow</option>', text)


def test_why_none_was_chosen_is_said_in_either_language(sides: Shippers, page: str, log_in: LogIn) -> None:
    publish(sides.shop, "{id: gold, when: always, then: [{do: set_service_level, level: gold}]}")
    reprocess_orders(sides.app, sides.merchant, [sides.shop.order_id("1")], "somebody")
    sides.shop.work_off()
    shown = words_in(log_in(OWNER).get(page).text).replace(" .", ".")
    assert 'the service level "gold" is none of economy, standard, express, overnight' in shown
    assert "Level: gold." in shown


def test_a_price_above_the_limit_is_said_and_can_be_accepted(sides: Shippers, page: str, log_in: LogIn) -> None:
    client = log_in(OWNER)
    press(client, "/settings/account", "/settings/account", **ACCOUNT, price_limit_percent="10")
    sides.carrier.prices["slow"] = ("3.50", 4)
    with sides.app.reading() as unit:
        account = next(one for one in unit.carrier_accounts.list_for(sides.merchant) if "slow" in one.services)
    form = {"service": f"{account.id}/slow", "ship_from": "main", "weight": "1250"}
    refused = press(client, page, f"{page}/label", do="create", **form)
    said = words_of(refused)
    assert "Paid Post asks 3.50 EUR for the label of order 1, and it may cost 3.41 EUR (3.10 EUR was quoted)" in said
    assert "Accept €3.50 and create it" in said
    assert sides.carrier.purchases == []
    assert "did not make the label" not in words_of(client.get(page))
    bought = press(client, page, f"{page}/label", do="create-at-3.50", **form)
    assert "The label is created: paid slow" in words_of(bought)
    assert "€3.50 (quoted: €3.10)" in words_of(bought)


def test_a_limit_that_is_no_percentage_is_refused_beside_its_field(sides: Shippers, log_in: LogIn) -> None:
    said = press(log_in(OWNER), "/settings/account", "/settings/account", **ACCOUNT, price_limit_percent="dear")
    assert "Labels may cost from 0 to 1000 % more than quoted: write a whole number" in words_of(said)
