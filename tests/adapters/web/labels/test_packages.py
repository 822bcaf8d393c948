"""Packages that an account keeps: managed under *Settings*, named by rules, and filled in in *Configure shipment*."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from support.browsing import press, token_of, words_of
from support.labels import Shippers
from support.rule_runs import publish
from support.shop import OWNER, ready

from adapters.cli.output import WrongInput
from adapters.cli.packages import packages
from engine.model.saved_package import SavedPackage
from engine.services.accounts.saved_packages import add_package, list_packages
from engine.services.labels.plan_label import LabelWish
from engine.services.refusals import Refused

LogIn = Callable[[str], FlaskClient]
PAGE = "/settings/shipping/packages"
MUG = {"line_key": "1", "sku": "MUG", "name": "Mug", "quantity": 2, "weight_g": 400}


def kept(sides: Shippers, name: str, *sizes: Any, **more: Any) -> SavedPackage:
    return add_package(sides.app, SavedPackage("", sides.merchant, name, *sizes, **more))


def test_a_package_is_added_made_usual_and_removed(sides: Shippers, log_in: LogIn) -> None:
    client = log_in(OWNER)
    assert f'href="{PAGE}"' in client.get("/settings").text
    entered = {"name": " Box  M ", "length": "30 cm", "width": "200", "height": "100", "tare": "0.2 kg", "is_default": "y"}
    said = words_of(press(client, PAGE, PAGE, **entered))
    assert "The package is added." in said
    assert "Box M 300 × 200 × 100 mm 200 g Taken" in said
    [box] = list_packages(sides.app, sides.merchant)
    assert (box.name, box.sides, box.tare_g, box.is_default) == ("Box M", (300, 200, 100), 200, True)
    press(client, PAGE, PAGE, name="bag")
    bag = list_packages(sides.app, sides.merchant)[0]
    press(client, PAGE, f"{PAGE}/change", package=bag.id, do="default")
    assert [one.is_default for one in list_packages(sides.app, sides.merchant)] == [True, False]
    press(client, PAGE, f"{PAGE}/change", package=bag.id, do="none")
    assert [one.is_default for one in list_packages(sides.app, sides.merchant)] == [False, False]
    press(client, PAGE, f"{PAGE}/change", package=bag.id, do="remove")
    assert list_packages(sides.app, sides.merchant)[0].name == "Box M"
    assert "There is no package" in words_of(press(client, PAGE, f"{PAGE}/change", package=bag.id, do="remove"))


@pytest.mark.parametrize(
    ("entered", "sentence"),
    [
        ({"name": "box m"}, 'There is a package "box m" already: choose another name, or remove that one first.'),
        ({"name": ""}, "A package needs a name of 1 to 60 characters, as rules write it."),
        ({"name": "b", "length": "30 cm"}, "The sides of a package are from 1 to 20000 mm, all three or none."),
        ({"name": "b", "length": "long"}, "Write all three sides, in millimetres or such as 30 cm, or none."),
        ({"name": "b", "tare": "1.250"}, "“1.250” is not clearly a weight: write it as 750 g, 1.25 kg or 2 lb 3 oz."),
        ({"name": "b", "tare": "9000 kg"}, "An empty package weighs from 0 to 2000000 g."),
    ],
)
def test_what_is_no_package_is_said_at_its_field(sides: Shippers, log_in: LogIn, entered: dict[str, str], sentence: str) -> None:
    kept(sides, "Box M")
    refused = press(log_in(OWNER), PAGE, PAGE, **entered)
    assert refused.status_code == 422
    assert sentence in words_of(refused)
    assert len(list_packages(sides.app, sides.merchant)) == 1


def test_a_package_that_a_rule_names_has_its_size_and_adds_its_weight(sides: Shippers) -> None:
    kept(sides, "Box M", 300, 200, 100, 150)
    publish(sides.shop, "{id: box, name: Boxed, when: always, then: [{do: set_package, package: box m}]}")
    sides.shop.import_all(ready("2", items=[MUG], weight_g=None))
    [parcel] = sides.buy("2", LabelWish()).label.request.parcels
    assert (parcel.weight_g, parcel.length_mm, parcel.width_mm, parcel.height_mm) == (950, 300, 200, 100)


def test_what_rules_say_of_weight_and_size_counts_before_the_package(sides: Shippers) -> None:
    kept(sides, "usual", 300, 200, 100, 150, is_default=True)
    publish(sides.shop, "{id: heavy, name: Heavy, when: always, then: [{do: set_weight, weight_g: 3000}]}")
    sides.shop.import_all(ready("2", items=[MUG], length_mm=50, width_mm=40, height_mm=30))
    [parcel] = sides.buy("2", LabelWish()).label.request.parcels
    assert (parcel.package, parcel.weight_g, parcel.length_mm) == ("usual", 3000, 50)


def test_a_package_is_filled_in_in_the_form(sides: Shippers, log_in: LogIn) -> None:
    kept(sides, "Box M", 300, 200, 100, 150)
    sides.shop.import_all(ready("2", items=[MUG], weight_g=None))
    client, page = log_in(OWNER), f"/orders/{sides.shop.order_id('2')}"
    assert '<option value="Box M">' in client.get(page).text
    form = {"csrf_token": token_of(client.get(page)), "do": "package", "package": "box m", "weight": "800"}
    filled = client.post(f"{page}/label", data=form)
    for name, value in (("package", "Box M"), ("weight", "950"), ("length", "300"), ("height", "100")):
        assert re.search(rf'name="{name}" value="{value}"', filled.text), name
    wrong = client.post(f"{page}/label", data={**form, "package": "crate"})
    assert wrong.status_code == 422
    assert "“crate” is none of your packages: choose one of the list, or enter size and weight." in words_of(wrong)
    assert 'name="package" value="crate"' in wrong.text
    assert sides.carrier.purchases == []


def test_a_weighed_parcel_in_a_package_has_its_size(sides: Shippers, log_in: LogIn) -> None:
    kept(sides, "Box M", 300, 200, 100, 150)
    client, page = log_in(OWNER), f"/orders/{sides.shop.order_id('1')}"
    service = re.search(r'<option value="(car_[^"]+)"', client.get(page).text)
    assert service is not None
    form = {"csrf_token": token_of(client.get(page)), "do": "create", "service": service[1], "package": "Box M", "weight": "700"}
    client.post(f"{page}/label", data=form)
    [parcel] = sides.carrier.purchases[0].parcels
    assert (parcel.weight_g, parcel.length_mm) == (700, 300)


def test_commands_add_list_and_remove_packages(sides: Shippers) -> None:
    added = told(sides, "add", "--name", "Box M", "--size", "300x200x100", "--tare", "150", "--default", "--by", OWNER)
    assert told(sides, "list")["packages"] == [added]
    assert (added["name"], added["length_mm"], added["tare_g"], added["default"]) == ("Box M", 300, 150, True)
    with pytest.raises(WrongInput, match="is not a size"):
        told(sides, "add", "--name", "other", "--size", "30")
    assert told(sides, "remove", added["id"])["state"] == "removed"
    with pytest.raises(Refused, match="There is no package"):
        told(sides, "remove", added["id"])


def told(sides: Shippers, *words: str) -> dict[str, Any]:
    """What a command answers other programs."""
    runtime = SimpleNamespace(application=sides.app, settings=SimpleNamespace(language="en"))
    asked = [*words, "--account", sides.shop.merchant.slug, "--json"]
    answered = CliRunner().invoke(packages, asked, obj=runtime, standalone_mode=False, catch_exceptions=False)
    found: dict[str, Any] = json.loads(answered.stdout)
    return found
