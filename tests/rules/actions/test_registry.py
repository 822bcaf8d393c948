"""What every action has to have, whichever it is."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from string import Formatter
from typing import Any

import pytest
from support.actions import taken
from support.rule_sets import a_rule_set, decided, rule

from benchmarks.random_contexts import CONTEXTS
from benchmarks.random_rules import Maker
from rules.actions import Action, Nature, ParameterKind, all_actions, find_part_label
from rules.actions.registry import register
from rules.fields import ORDER_FIELDS
from rules.parser import parse_rule_set
from rules.placeholders import Template

ACTIONS = sorted(all_actions(), key=lambda action: action.code)
EACH = pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.code)


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def test_there_is_every_action_of_the_language() -> None:
    language = """
        stop dont_import hold release alert send_email assign_user call_webhook send_to_queue
        add_tag remove_tag set_internal_note set_note_to_buyer set_custom_field
        set_service set_service_level rate_shop set_ship_from set_confirmation insure set_weight adjust_weight set_dimensions
        set_package set_ship_date set_ship_by set_deliver_by
        set_logistics_provider unset_logistics_provider delegate_to_assigned validate_service
        bill_to cash_on_delivery duties set_customs
        set_packing_slip set_email_template notify_marketplace return_label carrier_option
    """
    assert [action.code for action in ACTIONS] == sorted(language.split())


@EACH
def test_its_sentence_names_its_required_parameters_in_both_languages(action: Action) -> None:
    required = {parameter.name for parameter in action.parameters if parameter.required}

    assert placeholders(action.sentence.en) == placeholders(action.sentence.es) == required


@EACH
def test_its_help_and_labels_are_there_in_both_languages(action: Action) -> None:
    texts = [action.label, action.help, *action.part_labels.values(), *(parameter.label for parameter in action.parameters)]
    texts += [label for parameter in action.parameters for label in parameter.choices.values()]

    assert all(text.en.strip() and text.es.strip() for text in texts)
    assert action.help.en.endswith(".")
    assert action.help.es.endswith(".")
    assert action.help.en != action.help.es


@EACH
def test_its_choices_stand_where_one_can_be_taken(action: Action) -> None:
    for parameter in action.parameters:
        assert bool(parameter.choices) == (parameter.kind in (ParameterKind.CHOICE, ParameterKind.AMOUNT))
        if parameter.kind is ParameterKind.AMOUNT:
            assert set(parameter.choices) <= set(ORDER_FIELDS.names())


@EACH
def test_it_writes_nothing_but_what_it_says_and_all_of_that_has_a_name(action: Action) -> None:
    maker = Maker(random.Random(action.code))
    written: set[str] = set()
    for _ in range(40):
        call = maker.call(action)
        rule_set, problems = parse_rule_set(json.dumps({"rules": [{"id": "a", "when": "always", "then": [call]}]}))
        assert rule_set is not None, (call, problems)
        changes = taken(maker.order(), call, context=CONTEXTS[-1]).changes
        said = rule_set.rules[0].writes()
        assert {change.field for change in changes} <= said
        written |= said
    assert all(name in ORDER_FIELDS.names() or find_part_label(name) for name in written)


@EACH
def test_what_is_said_to_be_certain_of_it_holds(action: Action) -> None:
    maker = Maker(random.Random(action.code))
    for _ in range(40):
        call, order = maker.call(action), maker.order()
        (made,) = a_rule_set(rule("always", call)).rules[0].then
        nature = action.nature(made.params)
        once, twice = (taken(order, *[call] * times, context=CONTEXTS[-1]) for times in (1, 2))
        if nature in (Nature.SETS, Nature.SETS_AND_SENDS, Nature.HOLDS, Nature.MEMBERS):
            assert once.document == twice.document
        if nature not in (Nature.SETS_AND_SENDS, Nature.SENDS, Nature.CHECKS, None):
            assert once.effects == ()
        if nature in (Nature.SENDS, Nature.ENDS):
            assert once.document == order
        if nature in (Nature.SETS, Nature.SETS_AND_SENDS, Nature.HOLDS) and not (texts_of(made.params) or action.may_refuse):
            assert once.matched
        assert (nature is Nature.ENDS) == ends_every_run(call)


def ends_every_run(call: dict[str, Any]) -> bool:
    return decided(a_rule_set(rule("always", call), rule("always")), {}).matched == ("r0",)


def texts_of(params: Mapping[str, Any]) -> list[Template]:
    """The texts with placeholders among an action's parameters; what they read may be unreadable."""
    groups = [
        value.values() if isinstance(value, dict) else value for value in params.values() if isinstance(value, dict | tuple)
    ]
    texts = [*params.values(), *(member for group in groups for member in group)]
    return [text for text in texts if isinstance(text, Template) and text.fields]


def test_a_member_of_a_labelled_group_is_called_by_both() -> None:
    label = find_part_label("customs.tax_ids.ioss")

    assert label is not None
    assert (label.en, label.es) == ("tax number (ioss)", "número fiscal (ioss)")
    assert find_part_label("something.else") is None


def test_a_code_is_taken_once() -> None:
    with pytest.raises(ValueError, match="stop is registered twice"):
        register(next(action for action in ACTIONS if action.code == "stop"))
