"""A ship-from location that is changed or removed: what follows, what keeps it, and what stays as it was."""

from __future__ import annotations

from typing import Any

import pytest
from support.labels import STANDARD, Shippers, open_shippers

from engine.jobs.make_label import make_label
from engine.model.account import Location
from engine.model.shipping_hours import ShippingHours
from engine.services.accounts.accounts import add_location
from engine.services.accounts.change_location import AddressForm, change_location, plan_removal, remove_location
from engine.services.accounts.location_hours import HoursForm, set_hours
from engine.services.deciding.publish_rules import publish_rules
from engine.services.editing.edit_orders import edit_orders
from engine.services.editing.edits import FieldEdit
from engine.services.labels.print_stations import StationForm, add_station, remove_station
from engine.services.refusals import Refused

MERCHANT = "casa-verde"
RULE = "{{id: {name}, name: {name}, enabled: {enabled}, when: always, then: [{{do: set_ship_from, location: {code}}}]}}"


@pytest.fixture
def sides(sqlite_database: Any, clock: Any) -> Shippers:
    """Both sides have the location "main"."""
    return open_shippers(sqlite_database, clock)


def locations(sides: Shippers, slug: str = MERCHANT) -> dict[str, Location]:
    with sides.app.reading() as uow:
        account = uow.accounts.find_by_slug(slug)
        assert account is not None
        return {one.code: one for one in uow.locations.list_for(account.id)}


def trail(sides: Shippers, location: Location) -> list[tuple[str, object, object]]:
    with sides.app.reading() as uow:
        return [(one.action, one.before, one.after) for one in uow.audit.list_for(location.account_id, location.id)]


def refusal(sides: Shippers, slug: str = MERCHANT, code: str = "main") -> str:
    before = locations(sides, slug)
    with pytest.raises(Refused) as refused:
        remove_location(sides.app, slug, code)
    assert locations(sides, slug) == before
    return refused.value.format("en")


def rules(*written: str) -> bytes:
    return f"set: {MERCHANT}\nrules: [{', '.join(written)}]".encode()


def test_only_what_is_named_changes_and_the_trail_says_what(sides: Shippers) -> None:
    set_hours(sides.app, MERCHANT, "main", HoursForm("09:00", time_zone="Europe/Madrid"))
    before = locations(sides)["main"]
    changed = change_location(sides.app, MERCHANT, " MAIN ", AddressForm(country="PT", city="Lisboa", street1="Rua 1"), "usr_1")

    assert changed == locations(sides)["main"]
    assert (changed.country, changed.city, changed.street1, changed.postal_code) == ("PT", "Lisboa", "Rua 1", "28004")
    assert changed.hours == before.hours == ShippingHours("09:00", time_zone="Europe/Madrid")
    told = {"street1": "", "city": "Madrid", "country": "ES"}, {"street1": "Rua 1", "city": "Lisboa", "country": "PT"}
    assert trail(sides, before)[-1] == ("location.changed", *told)
    change_location(sides.app, MERCHANT, "main", AddressForm(city="Lisboa"))
    assert len(trail(sides, before)) == 3  # nothing was changed

    both = change_location(sides.app, MERCHANT, "main", AddressForm(name=" "), hours=HoursForm("10:00"))
    assert (both.name, both.hours.cut_off, both.hours.time_zone) == ("main", "10:00", "Europe/Madrid")
    assert locations(sides)["main"] == both


@pytest.mark.parametrize(
    ("code", "form", "hours", "says"),
    [
        ("nowhere", AddressForm(city="Vigo"), None, 'no location "nowhere"'),
        ("main", AddressForm(city="Vigo", country="spain"), None, '"spain" is not a country code'),
        ("main", AddressForm(city="Vigo"), HoursForm("25:00"), "is not a cut-off"),
    ],
)
def test_what_is_wrong_changes_nothing(sides: Shippers, code: str, form: AddressForm, hours: HoursForm, says: str) -> None:
    before = locations(sides)
    with pytest.raises(Refused) as refused:
        change_location(sides.app, MERCHANT, code, form, hours=hours)
    assert says in refused.value.format("en")
    assert locations(sides) == before


def test_labels_keep_the_address_that_they_were_bought_with(sides: Shippers) -> None:
    bought = make_label(sides.app, sides.merchant, sides.shop.order_id("1"), STANDARD, "somebody", "test").label
    change_location(sides.app, MERCHANT, "main", AddressForm(city="Vigo"))
    add_location(sides.app, MERCHANT, code="second", country="ES")
    remove_location(sides.app, MERCHANT, "main")

    assert bought.request.ship_from.city == "Madrid"
    assert [label.request for label in sides.labels("1")] == [bought.request]


def test_it_is_removed_once_no_running_rule_names_it(sides: Shippers) -> None:
    add_location(sides.app, MERCHANT, code="second", country="ES")
    named = [RULE.format(name=name, enabled="true", code="MAIN") for name in ("north", "south")]
    publish_rules(sides.app, MERCHANT, rules(*named, RULE.format(name="east", enabled="true", code="second")))
    assert refusal(sides) == "Rules let orders leave from it: north, south. Change them first."

    off = RULE.format(name="north", enabled="false", code="main")
    publish_rules(sides.app, MERCHANT, rules(off, RULE.format(name="east", enabled="true", code="second")))
    removed = locations(sides)["main"]
    removal = remove_location(sides.app, MERCHANT, "main", "usr_1")
    assert (removal.location, removal.successor) == (removed, locations(sides)["second"])
    assert list(locations(sides)) == ["second"]
    action, before, after = trail(sides, removed)[-1]
    assert (action, after) == ("location.removed", None)
    assert isinstance(before, dict)
    assert (before["code"], before["city"], before["postal_code"]) == ("main", "Madrid", "28004")


def test_open_orders_that_say_that_they_leave_from_it_keep_it(sides: Shippers) -> None:
    add_location(sides.app, MERCHANT, code="second", country="ES")
    edit_orders(sides.app, sides.merchant, [sides.shop.order_id("1")], [FieldEdit("ship_from", value="Second")], "somebody")
    assert refusal(sides, code="second") == ("Open orders leave from it: 1. Give them another ship-from location first.")
    make_label(sides.app, sides.merchant, sides.shop.order_id("1"), STANDARD, "somebody", "test")  # it has left
    assert remove_location(sides.app, MERCHANT, "second").successor is None  # it was not the first


def test_a_print_station_that_stands_there_keeps_it(sides: Shippers) -> None:
    add_location(sides.app, MERCHANT, code="second", country="ES")
    add_station(sides.app, sides.shop.merchant, StationForm("Table 1", "main"), "somebody")
    assert refusal(sides) == "Print stations stand there: Table 1. Remove them first."
    remove_station(sides.app, sides.merchant, "Table 1", "somebody")
    remove_location(sides.app, MERCHANT, "main")
    assert list(locations(sides)) == ["second"]


@pytest.mark.parametrize("slug", [MERCHANT, "acme-3pl"])
def test_connections_cannot_do_without_the_last_one(sides: Shippers, slug: str) -> None:
    assert "the account has connections, which cannot do without: add another one first" in refusal(sides, slug)


def test_who_is_not_connected_may_remove_the_last_one_and_nobody_has_an_unknown_one(sides: Shippers) -> None:
    assert refusal(sides, "elsewhere", "main") == 'The account has no location "main".'
    add_location(sides.app, "elsewhere", code="main", country="ES")
    assert remove_location(sides.app, "elsewhere", "MAIN").successor is None
    assert locations(sides, "elsewhere") == {}


def test_what_a_removal_would_do_is_said_before(sides: Shippers) -> None:
    main = locations(sides)["main"]
    removal, obstacle = plan_removal(sides.app, sides.shop.merchant, main)
    assert removal.successor is None
    assert obstacle is not None
    assert obstacle.message.code == "only_location"
    second = add_location(sides.app, MERCHANT, code="second", country="ES")
    removal, obstacle = plan_removal(sides.app, sides.shop.merchant, main)
    assert (removal.successor, obstacle) == (second, None)
