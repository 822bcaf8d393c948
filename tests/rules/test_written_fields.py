"""The fields that actions write are read off the actions: there is no second list of them."""

from __future__ import annotations

import json
import random

import pytest

from benchmarks.random_rules import Maker
from engine.services.editing.editable_fields import BY_HOLDS, editable_fields, find_editable
from rules.actions import Action, ParameterKind, Reference, all_actions
from rules.fields import ORDER_FIELDS
from rules.messages import Message
from rules.parser import parse_rule_set
from rules.values import FieldType
from rules.written_fields import find_written, written_fields

ACTIONS = sorted(all_actions(), key=lambda action: action.code)


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.code)
def test_a_person_may_set_whatever_a_rule_writes(action: Action) -> None:
    maker = Maker(random.Random(action.code))
    for _ in range(40):
        document = {"rules": [{"id": "a", "when": "always", "then": [maker.call(action)]}]}
        rule_set, problems = parse_rule_set(json.dumps(document))
        assert rule_set is not None, problems
        for name in rule_set.rules[0].writes():
            assert find_written(name) is not None, name
            assert isinstance(find_editable(name), Message) == (name in BY_HOLDS), name


def test_nothing_else_is_a_field_to_set_but_where_the_order_goes() -> None:
    others = editable_fields().keys() - written_fields().keys()
    parts = ("name", "company", "street1", "street2", "street3", "city", "state", "postal_code", "country", "phone")
    assert others == {f"ship_to.{part}" for part in (*parts, "residential")}
    assert written_fields().keys() - editable_fields().keys() == set(BY_HOLDS)


def test_each_field_knows_what_its_action_would_take() -> None:
    fields = editable_fields()
    references = {name: field.parameter.refers_to for name, field in fields.items() if field.parameter is not None}
    assert (references["logistics_provider"], references["carrier"]) == (Reference.PROVIDER, Reference.CARRIER)
    assert (references["ship_from"], references["assigned_to"]) == (Reference.LOCATION, Reference.USER)
    weight = fields["weight_g"].parameter
    assert weight is not None
    assert (weight.name, weight.low) == ("weight_g", 0)  # what `set_weight` takes, and not what `adjust_weight` adds
    assert fields["packing_slip"].closed is not None
    assert fields["ship_to.country"].closed is fields["billing.country"].closed
    assert {name for name, field in fields.items() if field.may_be_number} == {"carrier_options.dry_ice"}
    kinds = {name: field.parameter.kind for name, field in fields.items() if field.parameter is not None}
    assert kinds["rate_shopping.prefer"] is ParameterKind.CHOICE
    assert {name for name, field in fields.items() if field.type is FieldType.SET} == {"tags", "rate_shopping.among"}


def test_fields_of_conditions_keep_their_type_and_their_name() -> None:
    for name, field in editable_fields().items():
        known = ORDER_FIELDS.find(name)
        assert known is None or (known.type, known.label) == (field.type, field.label)


def test_a_name_that_an_action_makes_up_is_found_under_its_group() -> None:
    found = find_written("customs.tax_ids.ioss")
    assert found is not None
    assert (found.name, found.label.en) == ("customs.tax_ids.ioss", "tax number (ioss)")
    assert find_written("customs.tax_ids.") is None
    assert find_written("customs.tax_ids.two words") is None
    assert find_written("customs.colour") is None
