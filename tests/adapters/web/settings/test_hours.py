"""When a 3PL's location ships, on its page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from support.browsing import token_of, words_of
from support.partners import add_member
from support.shop import OWNER, PROVIDER, Shop, ready
from support.two_sides import TwoSides

from engine.model.shipping_hours import USUAL_HOURS, ShippingHours
from engine.services.accounts.accounts import add_location

LogIn = Callable[[str], FlaskClient]
CLERK = "cleo@acme.example"
LOCATIONS = "/settings/shipping/locations"
HOURS = {"cut_off": "10:00", "working_days": ["mon", "wed"], "holidays": "2026-03-04\n2026-03-04", "time_zone": "Europe/Lisbon"}


@pytest.fixture
def page(shop: Shop) -> str:
    add_member(shop, shop.provider.slug, CLERK)
    location = add_location(shop.app, shop.provider.slug, code="MAD1", country="ES", name="Madrid")
    return f"{LOCATIONS}/{location.id}/hours"


def kept(shop: Shop) -> ShippingHours:
    with shop.app.reading() as unit:
        return unit.locations.list_for(shop.provider.id)[0].hours


def test_hours_are_set_and_count_for_what_comes_in(shop: Shop, log_in: LogIn, page: str) -> None:
    client = log_in(PROVIDER)
    assert "until 14:00 , Shipping hours of Madrid Mon, Tue, Wed, Thu, Fri" in words_of(client.get(LOCATIONS))
    form = {"csrf_token": token_of(client.get(page)), **HOURS}
    said = words_of(client.post(page, data=form, follow_redirects=True))

    assert "The hours of Madrid are saved" in said
    assert "until 10:00 , Shipping hours of Madrid Mon, Wed · 1 holiday" in said
    assert kept(shop) == ShippingHours("10:00", ("mon", "wed"), ("2026-03-04",), "Europe/Lisbon")
    shop.app.clock.sleep(3 * 3600)  # Monday 12:30 in Lisbon: too late, Wednesday is a holiday, Monday the next
    shop.import_all(ready("7", items=[{"line_key": "1", "sku": "VASE", "name": "Vase", "quantity": 1}]))
    assert TwoSides(shop).delegate("7").fulfil_by == datetime(2026, 3, 10, tzinfo=UTC)

    client.post(page, data={**form, "time_zone": "", "holidays": ""})
    assert kept(shop) == ShippingHours("10:00", ("mon", "wed"), (), None)


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("cut_off", "25:00", "is not a cut-off"),
        ("holidays", "Christmas", "is not a day"),
        ("time_zone", "Moon", "is not a time zone"),
    ],
)
def test_what_is_wrong_stands_at_its_field_with_what_was_typed(
    shop: Shop, log_in: LogIn, page: str, field: str, value: str, says: str
) -> None:
    client = log_in(PROVIDER)
    again = client.post(page, data={"csrf_token": token_of(client.get(page)), **HOURS, field: value})

    assert again.status_code == 422
    assert says in again.text.partition(f'id="{field}-error">')[2][:120]
    assert "2026-03-04" in again.text or field == "holidays"
    assert value in again.text
    assert kept(shop) == USUAL_HOURS


def test_members_look_and_only_3pls_have_hours(shop: Shop, log_in: LogIn, page: str) -> None:
    clerk = log_in(CLERK)
    assert "admins of your account may change them" in words_of(clerk.get(page))
    assert clerk.post(page, data={"csrf_token": token_of(clerk.get(page)), **HOURS}).status_code == 403
    assert log_in(OWNER).get(page).status_code == 404
    assert "Shipping hours" not in words_of(log_in(OWNER).get(LOCATIONS))
