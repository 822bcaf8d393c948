"""Each kind of node in an explanation: verdict, reason code, and the sentence in both languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.rule_sets import a_case, a_rule_set, condition, rule

from engine.decide.explain import explain
from engine.decide.explained_nodes import STATUS_TEXTS
from rules.messages import LANGUAGES
from rules.order_document import dumps
from rules.parser import parse_rule_set

# A condition, an order, what the condition comes to, what it finds, and the two sentences.
NODES: list[tuple[Any, dict[str, Any], str, str, str, str]] = [
    (
        condition("ship_to.country", "equals", "ES"),
        {"ship_to": {"country": "es"}},
        "true passed",
        "es",
        'Ship to country is ES: found "es"',
        'País de destino es ES: se encontró "es"',
    ),
    (
        condition("ship_to.country", "equals", "ES"),
        {"ship_to": {"country": "FR"}},
        "false not_passed",
        "FR",
        'Ship to country is ES: found "FR"',
        'País de destino es ES: se encontró "FR"',
    ),
    (
        condition("ship_to.country", "equals", "ES"),
        {},
        "false blank_not_passed",
        "",
        "Ship to country is ES: found no value",
        "País de destino es ES: no se encontró ningún valor",
    ),
    (
        condition("ship_to.country", "not_equals", "ES"),
        {},
        "true blank_passed",
        "",
        "Ship to country is not ES: found no value",
        "País de destino no es ES: no se encontró ningún valor",
    ),
    (
        condition("ship_to.country", "equals", "ES"),
        {"ship_to": {"country": True}},
        "error not_a_text",
        True,
        "ship_to.country: true is not text",
        "ship_to.country: true no es un texto",
    ),
    (
        condition("ship_to.country", "equals", "ES"),
        {"ship_to": "Spain"},
        "error not_an_object",
        "",
        'ship_to.country: "Spain" is not an object',
        'ship_to.country: "Spain" no es un objeto',
    ),
    (
        condition("order_total", "at_least", 5),
        {"order_total": "x"},
        "error not_a_number",
        "x",
        'order_total: "x" is not a number',
        'order_total: "x" no es un número',
    ),
    (
        condition("order_date", "on_day", "today"),
        {"order_date": "soon"},
        "error not_a_time",
        "soon",
        'order_date: "soon" is not a time (ISO 8601)',
        'order_date: "soon" no es una fecha (ISO 8601)',
    ),
    (
        condition("gift", "is_false"),
        {"gift": 1},
        "error not_a_boolean",
        1,
        "gift: 1 is neither true nor false",
        "gift: 1 no es ni verdadero ni falso",
    ),
    (
        condition("tags", "excludes", "vip"),
        {"tags": "vip"},
        "error not_a_set",
        "vip",
        'tags: "vip" is not a list of texts',
        'tags: "vip" no es una lista de textos',
    ),
    (
        condition("gift_message", "blank"),
        {"gift_message": " "},
        "true blank_passed",
        "",
        "Gift message is blank: found no value",
        "Mensaje de regalo está en blanco: no se encontró ningún valor",
    ),
    (
        condition("gift_message", "blank"),
        {"gift_message": "Hola"},
        "false not_passed",
        "Hola",
        'Gift message is blank: found "Hola"',
        'Mensaje de regalo está en blanco: se encontró "Hola"',
    ),
    (
        condition("gift_message", "not_blank"),
        {},
        "false blank_not_passed",
        "",
        "Gift message is not blank: found no value",
        "Mensaje de regalo no está en blanco: no se encontró ningún valor",
    ),
    (
        condition("total_quantity", "not_blank"),
        {"items": [{"quantity": "two"}]},
        "true passed",
        "",
        "Total quantity is not blank: found a value that cannot be read",
        "Cantidad total no está en blanco: se encontró un valor que no se puede leer",
    ),
    ("always", {}, "true always", "", "Always", "Siempre"),
    (
        {"all": [condition("gift", "is_true"), condition("tags", "blank")]},
        {"gift": True},
        "true passed",
        "",
        "All of these: 2 of 2 met",
        "Todas estas: se cumplen 2 de 2",
    ),
    (
        {"any": [condition("gift", "is_true"), condition("tags", "not_blank")]},
        {"gift": False},
        "false not_passed",
        "",
        "Any of these: 0 of 2 met",
        "Alguna de estas: se cumplen 0 de 2",
    ),
    (
        {"none": [condition("gift", "is_true"), condition("order_total", "at_least", 5)]},
        {"order_total": "x"},
        "error undecided",
        "",
        "None of these: 0 of 2 met, 1 cannot be answered",
        "Ninguna de estas: se cumplen 0 de 2, 1 sin respuesta",
    ),
    ({"any": []}, {}, "false no_members", "", "Any of these: there are none", "Alguna de estas: no hay ninguna"),
    (
        {"any_item": condition("sku", "equals", "MUG")},
        {"items": [{"sku": "POT"}, {"sku": "mug"}, {"sku": []}]},
        "true passed",
        "",
        "Any item: yes for line 2; no for lines 1, 3",
        "Algún artículo: sí en la línea 2; no en las líneas 1, 3",
    ),
    (
        {"no_item": condition("quantity", "at_least", 2)},
        {"items": [{"quantity": 1}, {"quantity": "x"}]},
        "error undecided",
        "",
        "No item: no for line 1; no answer for line 2",
        "Ningún artículo: no en la línea 1; sin respuesta en la línea 2",
    ),
    (
        {"all_items": condition("sku", "equals", "MUG")},
        {"items": [{"sku": "POT"}] * 12},
        "false not_passed",
        "",
        "All items: no for lines 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, …",
        "Todos los artículos: no en las líneas 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, …",
    ),
    (
        {"all_items": condition("sku", "equals", "MUG")},
        {},
        "true no_items",
        "",
        "All items: the order has no lines",
        "Todos los artículos: el pedido no tiene líneas",
    ),
    (
        {"any_item": condition("sku", "equals", "MUG")},
        {"items": "many"},
        "error not_items",
        "",
        '"many" is not a list of items',
        '"many" no es una lista de artículos',
    ),
]


@pytest.mark.parametrize(("when", "order", "verdict_and_code", "found", "english", "spanish"), NODES)
def test_every_kind_of_node_has_its_verdict_reason_code_and_sentences(
    when: Any, order: dict[str, Any], verdict_and_code: str, found: Any, english: str, spanish: str
) -> None:
    rules = a_rule_set(rule(when))
    node, in_spanish = (explain(rules, a_case(order), language).rules[0]["when"] for language in LANGUAGES)

    assert f"{node['verdict']} {node['code']}" == verdict_and_code
    assert (node.get("found") or "") == found
    assert (node["message"], in_spanish["message"]) == (english, spanish)


def test_what_is_wanted_of_a_text_is_as_it_is_written() -> None:
    document = "rules:\n  - {id: a, when: {all: [WHEN]}, then: []}\n".replace(
        "WHEN",
        "{field: ship_to.postal_code, is: in, value: [00501, 28.50, x]}, {field: tags, is: includes, value: true}, "
        "{field: order_date, is: on_day, value: 20260301}, {field: order_total, is: at_least, value: 010}",
    )
    rule_set, problems = parse_rule_set(document)
    assert rule_set is not None, problems
    nodes = explain(rule_set, a_case({})).rules[0]["when"]["nodes"]

    assert dumps([node["wanted"] for node in nodes]) == b'[["00501","28.50","x"],"true","20260301",10]'


def test_a_value_that_cannot_be_read_is_quoted_with_the_spaces_at_its_ends() -> None:
    rules = a_rule_set(rule(condition("order_total", "at_least", 5)))
    node = explain(rules, a_case({"order_total": " 6\n "})).rules[0]["when"]

    assert node["message"] == 'order_total: " 6<U+000A> " is not a number'


def test_the_documentation_names_every_code_and_status() -> None:
    page = (Path(__file__).parents[3] / "docs" / "rules.md").read_text("utf-8")
    section = page.partition("## Why a rule fired or not")[2].partition("\n## ")[0]
    codes = {verdict_and_code.split()[1] for _, _, verdict_and_code, *_ in NODES}

    assert {word for word in (*codes, *STATUS_TEXTS) if f"`{word}`" not in section} == set()
