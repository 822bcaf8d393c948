"""The comparison of providers on its page."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient
from support.browsing import press, words_of
from support.partners import operators_connection, user_of
from support.shop import OWNER, PROVIDER, STRANGER, Shop, ready
from support.two_sides import TwoSides

from engine.model.connection import Answers
from engine.model.request import RequestAction
from engine.services.connections.set_connection import set_connection

LogIn = Callable[[str], FlaskClient]
PAGE = "/insights/providers"
VASES = [{"line_key": "1", "sku": "VASE", "name": "Vase", "quantity": 1}]


def test_both_sides_see_their_figures_by_the_names_they_use(shop: Shop, log_in: LogIn) -> None:
    set_connection(shop.app, user_of(shop, PROVIDER), operators_connection(shop).id, answers=Answers.EACH)
    shop.import_all(ready("1", items=VASES), ready("2", items=VASES))
    sides = TwoSides(shop)
    first, second = sides.taken("1"), sides.taken("2")
    shop.app.clock.sleep(90 * 60)
    sides.answer(first, RequestAction.ACCEPT)
    sides.answer(second, RequestAction.REJECT, code="out_of_stock")
    shop.app.clock.sleep(60 * 60)
    sides.ship(first)
    shop.work_off()

    seen = words_of(log_in(OWNER).get(PAGE))
    figures = (
        "2 1 1 Out of stock: 1 0 1 h 30 min 90 % within 1 h 30 min – 2 h 30 min 90 % within 2 h 30 min – 100% 1 on time, 0 late 0"
    )
    assert f"Acme 3PL {figures}" in seen
    assert "Your clients" not in seen
    assert "The first scan is the carrier's" in seen
    received = words_of(log_in(PROVIDER).get(PAGE))
    assert f"Casa Verde {figures}" in received
    assert "Your providers" not in received
    assert "Nothing was handed over in this period." in words_of(log_in(STRANGER).get(PAGE))
    earlier = words_of(log_in(OWNER).get(f"{PAGE}?from=2026-01-01&to=2026-02-01"))
    assert "Nothing was handed over in this period." in earlier
    assert "Aceptadas Rechazadas Retiradas" in words_of(press(log_in(OWNER), "/orders", "/language", language="es", back=PAGE))


def test_a_wrong_period_stays_in_the_form_with_what_is_wrong(log_in: LogIn) -> None:
    page = log_in(OWNER).get(f"{PAGE}?from=2026-03-05&to=2026-03-01")
    assert page.status_code == 422
    assert 'name="from" value="2026-03-05"' in page.text
    assert "The period has to end on its first day or later" in page.text.partition('id="period-wrong"')[2]
    assert "Your providers" not in page.text  # whatever stood there would be of another period


def test_days_that_no_calendar_goes_to_are_refused(log_in: LogIn) -> None:
    for query in ("to=0001-01-01", "from=9999-12-31&to=9999-12-31"):
        assert log_in(OWNER).get(f"{PAGE}?{query}").status_code == 422
