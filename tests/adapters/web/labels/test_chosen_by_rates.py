"""What the page of an order shows of a service that was chosen by its rates."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from support.browsing import words_in
from support.clock import FixedClock
from support.labels import Shippers, add_account
from support.rule_runs import publish
from support.shop import OWNER

from engine.services.deciding.reprocess_orders import reprocess_orders

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
    shown = words_in(log_in(OWNER).get(page).text)
    assert "Chosen by its rates: €3.10, asked 12 minutes ago." in shown
    assert "Compared: slow, quick. The cheapest is taken." in shown
    assert "paid slow €3.10 4 12 minutes ago chosen" in shown
    assert "paid quick €7.20 1 12 minutes ago costs more" in shown


def test_the_chosen_service_is_the_one_that_the_form_begins_with(page: str, log_in: LogIn) -> None:
    text = log_in(OWNER).get(page).text
    assert ">paid slow</option>" in text.partition("selected")[2].partition("</option>")[0] + "</option>"


def test_why_none_was_chosen_is_said_in_either_language(sides: Shippers, page: str, log_in: LogIn) -> None:
    publish(sides.shop, "{id: gold, when: always, then: [{do: set_service_level, level: gold}]}")
    reprocess_orders(sides.app, sides.merchant, [sides.shop.order_id("1")], "somebody")
    sides.shop.work_off()
    shown = words_in(log_in(OWNER).get(page).text)
    assert 'the service level "gold" is none of economy, standard, express, overnight' in shown
    assert "Level: gold." in shown
