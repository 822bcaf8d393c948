"""Fields of many orders are set at once, and what people had written before comes back."""

from __future__ import annotations

import pytest
from support.bulk_actions import begun, done, results, tags, undone
from support.clock import FixedClock
from support.shop import ready
from support.two_sides import TRACKED, TwoSides, open_two_sides

from engine.model.bulk_action import BulkOutcome
from engine.services.bulk.actions.edit import EDIT, WrongEdits, read_edits, write_edits
from engine.services.bulk.kind import Doing, WrongField
from engine.services.editing.edit_orders import edit_orders
from engine.services.editing.edits import FieldEdit, Operation
from engine.services.fulfillment.ship_order import ship_order
from storage.database import Database

GIFT = write_edits([FieldEdit("tags", Operation.ADD, "gift")])
NUMBERS = ("1", "2", "3", "4")


@pytest.fixture
def sides(sqlite_database: Database, clock: FixedClock) -> TwoSides:
    sides = open_two_sides(sqlite_database, clock)
    sides.shop.import_all(*(ready(number) for number in NUMBERS))
    return sides


def test_undoing_an_edit_gives_each_order_what_a_person_had_written_before(sides: TwoSides) -> None:
    edit_orders(sides.app, sides.merchant, [sides.shop.order_id("2")], [FieldEdit("tags", value="old")], sides.owner.id)
    ship_order(sides.app, sides.merchant, sides.shop.order_id("4"), TRACKED, sides.owner.id)
    action = done(sides, "edit", *NUMBERS, edits=GIFT)
    assert (action.done, action.refused, tags(sides, "1", "2")) == (3, 1, [["gift"], ["old", "gift"]])
    again = done(sides, "edit", "1", edits=GIFT)
    assert (again.done, again.unchanged) == (0, 1)
    edit_orders(sides.app, sides.merchant, [sides.shop.order_id("3")], [FieldEdit("tags", value="mine")], sides.owner.id)

    back = undone(sides, action)
    assert tags(sides, "1", "2", "3") == [[], ["old"], ["mine"]]
    assert "tags" not in sides.order("1").person, "what rules and the store say counts again"
    assert results(sides, back)[2][2] == "Somebody has changed it since, so it was left as it is."


def test_several_fields_are_set_at_once_and_undone_together(sides: TwoSides) -> None:
    two, three = sides.shop.order_id("2"), sides.shop.order_id("3")
    edit_orders(sides.app, sides.merchant, [two], [FieldEdit("weight_g", value="700")], sides.owner.id)
    edits = [
        FieldEdit("tags", Operation.ADD, "gift"),
        FieldEdit("weight_g", value="900"),
        FieldEdit("ship_to.city", value="Vigo"),
    ]
    action = done(sides, "edit", "1", "2", "3", edits=write_edits(edits))
    assert (action.done, action.refused) == (3, 0)
    for number in "123":
        document = sides.order(number).document()
        assert (document["tags"], document["weight_g"], document["ship_to"]["city"]) == (["gift"], 900, "Vigo")
    edit_orders(sides.app, sides.merchant, [three], [FieldEdit("weight_g", value="950")], sides.owner.id)

    back = undone(sides, action)
    assert (back.done, back.refused) == (2, 1)
    assert sides.order("1").person == {}
    assert sides.order("2").person == {"weight_g": 700}
    assert sides.order("3").document()["weight_g"] == 950, "somebody has changed it since"
    assert sides.order("3").document()["ship_to"]["city"] == "Vigo"
    assert results(sides, back)[2][2] == "Somebody has changed it since, so it was left as it is."


def test_what_was_set_is_undone_and_emptied_in_many_orders(sides: TwoSides) -> None:
    ids = [sides.shop.order_id(number) for number in "12"]
    edit_orders(sides.app, sides.merchant, ids, [FieldEdit("weight_g", value="700")], sides.owner.id)
    edits = write_edits([FieldEdit("weight_g", Operation.UNDO), FieldEdit("ship_to.city")])
    action = done(sides, "edit", "1", "2", edits=edits)
    assert action.done == 2
    assert sides.order("1").person == {"ship_to.city": None}
    undone(sides, action)
    assert sides.order("1").person == {"weight_g": 700}


def test_an_action_of_one_field_from_before_is_still_told_and_undone(sides: TwoSides) -> None:
    old = {"field": "tags", "how": "add", "value": "gift"}
    assert read_edits(old) == [FieldEdit("tags", Operation.ADD, "gift")]
    assert EDIT.title.format("en", **EDIT.shown(old)) == "Fields: tags: + gift"
    empty = {"edits": write_edits([FieldEdit("weight_g"), FieldEdit("tags", Operation.UNDO)])}
    assert EDIT.title.format("es", **EDIT.shown(empty)).endswith("vacío, etiquetas: se deshace lo definido")


@pytest.mark.parametrize(
    ("edits", "fields"),
    [
        ([FieldEdit("status", value="x")], ["status"]),
        (
            [FieldEdit("tags", value="x"), FieldEdit("ship_by", value="soon"), FieldEdit("weight_g", value="y")],
            ["ship_by", "weight_g"],
        ),
    ],
)
def test_fields_that_cannot_be_set_so_are_refused_before_it_begins(
    sides: TwoSides, edits: list[FieldEdit], fields: list[str]
) -> None:
    with pytest.raises(WrongEdits) as wrong:
        begun(sides, "edit", "1", edits=write_edits(edits))
    assert [problem.field for problem in wrong.value.problems] == fields


@pytest.mark.parametrize("edits", ["", "[]", "nonsense", '[["tags","burn","x"]]', '[["tags"]]', "5"])
def test_what_is_no_list_of_edits_is_refused(sides: TwoSides, edits: str) -> None:
    with pytest.raises(WrongField) as wrong:
        begun(sides, "edit", "1", edits=edits)
    assert wrong.value.field == "edits"


def test_an_address_that_was_set_for_many_orders_comes_back(sides: TwoSides) -> None:
    address = {
        "name": "Ana",
        "street1": "Calle Mayor 1",
        "postal_code": "28013",
        "city": "Madrid",
        "country": "ES",
        "verified": "verified",
    }
    sides.shop.import_all(*(ready(number, ship_to=address) for number in "56"))
    action = done(sides, "edit", "5", "6", edits=write_edits([FieldEdit("ship_to.postal_code", value="99999")]))
    assert sides.order("5").document()["ship_to"].get("verified") != "verified", "the store's word is of another address"

    back = undone(sides, action)
    assert (back.done, back.refused) == (2, 0)
    assert sides.order("5").document()["ship_to"]["postal_code"] == "28013"


@pytest.mark.parametrize("derived", [{"had": None, "after": None}, {"had": None, "after": "something else by now"}])
def test_what_follows_from_a_field_keeps_no_kept_action_from_being_undone(
    sides: TwoSides, derived: dict[str, str | None]
) -> None:
    action = done(sides, "edit", "1", edits=write_edits([FieldEdit("ship_to.postal_code", value="99999")]))
    with sides.app.unit_of_work() as uow:
        kept = {"ship_to.postal_code": {"had": None, "after": "99999"}, "ship_to.verified": derived}
        results = EDIT.undo(
            Doing(sides.merchant, sides.app.within(uow), uow, action), {sides.shop.order_id("1"): {"fields": kept}}
        )

    assert [one.outcome for one in results.values()] == [BulkOutcome.DONE]
