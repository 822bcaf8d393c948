"""The catalogue holds all that is registered, with words in the language asked for."""

from __future__ import annotations

from typing import Any

import pytest

from rules.actions import all_actions
from rules.catalogue import catalogue
from rules.document import DEFAULT_TRIGGERS, RULE_KEYS, TRIGGERS
from rules.fields import ITEM_FIELDS, ORDER_FIELDS, Field
from rules.fields.closed_values import COUNTRIES
from rules.messages import LANGUAGES, Language, Text
from rules.operators import codes_of, operators_of
from rules.order_document import dumps, loads
from rules.parser.conditions import GROUPS, ITEM_GROUPS
from rules.schedule import DAYS, DEFAULT_OVER, STATES
from rules.values import FieldType


def codes(entries: list[dict[str, Any]]) -> list[str]:
    return [entry["code"] for entry in entries]


def one(entries: list[dict[str, Any]], code: str) -> dict[str, Any]:
    (found,) = [entry for entry in entries if entry["code"] == code]
    return found


def test_everything_registered_is_in_it() -> None:
    known = catalogue()

    assert codes(known["fields"]) == ORDER_FIELDS.names()
    assert codes(known["item_fields"]) == ITEM_FIELDS.names()
    assert {entry["code"]: codes(entry["operators"]) for entry in known["types"]} == {
        type_.value: codes_of(type_) for type_ in FieldType
    }
    assert codes(known["actions"]) == [action.code for action in all_actions()]
    assert tuple(codes(known["groups"])) == GROUPS
    assert tuple(codes(known["item_groups"])) == ITEM_GROUPS
    assert tuple(codes(known["triggers"])) == TRIGGERS
    assert tuple(entry["code"] for entry in known["triggers"] if entry["default"]) == DEFAULT_TRIGGERS
    assert sorted(codes(known["rule_keys"])) == sorted(RULE_KEYS)
    schedules = known["schedules"]
    assert codes(schedules["schedule"]) == ["at", "every", "days", "over"]
    assert codes(schedules["look_again"]) == ["after", "until"]
    assert tuple(codes(schedules["days"])) == DAYS
    assert tuple(codes(schedules["statuses"])) == STATES
    assert tuple(entry["code"] for entry in schedules["statuses"] if entry["default"]) == DEFAULT_OVER


def test_a_field_an_operator_and_an_action_have_what_an_editor_needs() -> None:
    known = catalogue("es")

    assert one(known["fields"], "ship_to.country") == {
        "code": "ship_to.country",
        "label": "país de destino",
        "help": "El país en la dirección de entrega, con su código de dos letras: ES, PT.",
        "type": "text",
        "personal": False,
        "derived": False,
        "values": list(COUNTRIES.codes),
    }
    operators = one(known["types"], "time")["operators"]
    assert one(operators, "within_last") == {
        "code": "within_last",
        "label": "es de hace como mucho",
        "help": "El momento ya ha pasado, y no hace más tiempo que el valor.",
        "sentence": "{field} es de hace {value} como mucho",
        "takes": "one",
        "value": {"code": "duration", "help": "una duración en minutos, horas, días o semanas: `30m`, `24h`, `3d`, `2w`"},
        "compares_lists": False,
        "compares_fields": False,
        "on_blank": False,
    }
    assert one(operators, "before")["compares_fields"]
    assert one(operators, "on_weekday")["compares_lists"]
    assert one(operators, "blank") | {"help": ""} == {
        "code": "blank",
        "label": "está en blanco",
        "help": "",
        "sentence": "{field} está en blanco",
        "takes": "nothing",
        "value": None,
        "compares_lists": False,
        "compares_fields": False,
        "on_blank": True,
    }
    (_, prefer) = one(known["actions"], "rate_shop")["parameters"]
    assert prefer == {
        "name": "prefer",
        "label": "Preferir",
        "kind": "choice",
        "required": True,
        "default": None,
        "choices": [{"code": "cheapest", "label": "el más barato"}, {"code": "fastest", "label": "el más rápido"}],
        "low": None,
        "high": None,
        "values": None,
        "refers_to": None,
    }
    assert one(known["actions"], "assign_user")["parameters"][0]["refers_to"] == "user"


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_json_and_says_its_language(language: Language) -> None:
    known = catalogue(language)

    assert loads(dumps(known)) == known
    assert known["language"] == language


FIELDS = [*ORDER_FIELDS, *ITEM_FIELDS]


def is_a_sentence(text: Text) -> bool:
    """One that begins with a capital, ends with a full stop, and says different things to different people."""
    return all(words[0].isupper() and words.endswith(".") for words in (text.en, text.es)) and text.en != text.es


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_every_field_says_what_it_is(field: Field) -> None:
    assert is_a_sentence(field.help)
    assert "{" not in field.help.en + field.help.es


def test_no_two_fields_are_called_or_explained_the_same() -> None:
    for catalogued in (ORDER_FIELDS, ITEM_FIELDS):
        for words in ("label", "help"):
            for language in LANGUAGES:
                said = [getattr(field, words).format(language) for field in catalogued]
                assert len(set(said)) == len(said)


def test_every_operator_and_action_says_what_it_does() -> None:
    for type_ in FieldType:
        for operator in operators_of(type_):
            assert is_a_sentence(operator.help), operator.code
    for action in all_actions():
        assert is_a_sentence(action.help), action.code
