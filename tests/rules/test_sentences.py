"""Conditions and actions as a person reads them, in both languages."""

from __future__ import annotations

from typing import Any

import pytest
from support.rule_sets import a_rule_set, condition, rule

from rules.actions import all_actions
from rules.document import ActionCall, Node
from rules.fields import ORDER_FIELDS
from rules.operators import PRESENCE, Takes, operators_of
from rules.sentences import action_sentence, condition_sentence, node_sentence


def the_node(when: Any) -> Node:
    return a_rule_set(rule(when)).rules[0].when


def the_call(**call: Any) -> ActionCall:
    return a_rule_set(rule("always", call)).rules[0].then[0]


def both(message: Any) -> tuple[str, str]:
    return message.format("en"), message.format("es")


CONDITIONS: list[tuple[dict[str, Any], str, str]] = [
    (condition("ship_to.country", "in", ["ES", "PT"]), "Ship to country is one of ES, PT", "País de destino es uno de ES, PT"),
    (condition("ship_to.country", "equals", "ES"), "Ship to country is ES", "País de destino es ES"),
    (condition("tags", "includes", ["vip", "b2b", "new"]), "Tags include vip, b2b or new", "Etiquetas incluyen vip, b2b o new"),
    (condition("tags", "includes_all", ["vip", "b2b"]), "Tags include vip and b2b", "Etiquetas incluyen vip y b2b"),
    (condition("tags", "excludes", "vip"), "Tags do not include vip", "Etiquetas no incluyen vip"),
    (
        condition("skus", "includes", "ACM-1", match_case=True),
        "SKUs of all lines include ACM-1 (match case)",
        "SKU de todas las líneas incluyen ACM-1 (distingue mayúsculas)",
    ),
    (
        condition("ship_to.city", "starts_with", ["San", "Santa"]),
        "Ship to city starts with San or Santa",
        "Ciudad de destino empieza por San o Santa",
    ),
    (condition("ship_to.city", "not_contains", "x"), "Ship to city does not contain x", "Ciudad de destino no contiene x"),
    (condition("order_total", "at_least", 60), "Order total is at least 60", "Total del pedido es como mínimo 60"),
    (
        condition("order_total", "between", [0.5, 9.99]),
        "Order total is between 0.5 and 9.99",
        "Total del pedido está entre 0,5 y 9,99",
    ),
    (condition("gift", "is_true"), "Gift is true", "Regalo es verdadero"),
    (condition("gift", "is_false"), "Gift is false", "Regalo es falso"),
    (condition("gift_message", "blank"), "Gift message is blank", "Mensaje de regalo está en blanco"),
    (condition("service", "not_blank"), "Service is not blank", "Servicio no está en blanco"),
    (
        condition("order_date", "within_last", "3d"),
        "Order date is within the last 3 days",
        "Fecha del pedido es de hace 3 días como mucho",
    ),
    (
        condition("ship_by", "within_next", "1h"),
        "Ship-by date is within the next 1 hour",
        "Fecha límite de envío es dentro de 1 hora como mucho",
    ),
    (
        condition("order_date", "older_than", "2w"),
        "Order date is older than 2 weeks",
        "Fecha del pedido es de hace más de 2 semanas",
    ),
    (
        condition("order_date", "within_last", "30m"),
        "Order date is within the last 30 minutes",
        "Fecha del pedido es de hace 30 minutos como mucho",
    ),
    (condition("payment_date", "on_day", "today"), "Date paid is today", "Fecha de pago es hoy"),
    (condition("status", "equals", "on_hold"), "Status is on hold", "Estado es retenido"),
    (
        condition("delegation.reason", "in", ["out_of_stock", "mine"]),
        "Provider's reason is one of Out of stock, mine",
        "Motivo del proveedor es uno de Sin existencias, mine",
    ),
    (condition("payment_date", "on_day", "2026-03-01"), "Date paid is 1 March 2026", "Fecha de pago es 1 de marzo de 2026"),
    (
        condition("order_date", "between", ["2026-03-01", "2026-03-31T18:00"]),
        "Order date is between 1 March 2026 and 31 March 2026 18:00",
        "Fecha del pedido está entre 1 de marzo de 2026 y 31 de marzo de 2026 18:00",
    ),
]


@pytest.mark.parametrize(("asked", "english", "spanish"), CONDITIONS, ids=[english for _, english, _ in CONDITIONS])
def test_a_condition_reads_as_a_sentence(asked: dict[str, Any], english: str, spanish: str) -> None:
    assert both(condition_sentence(the_node(asked))) == (english, spanish)


def test_a_long_list_says_how_many_more_there_are() -> None:
    sentence = condition_sentence(the_node(condition("store", "in", [f"s{n}" for n in range(15)])))

    assert sentence.format("en") == "Store is one of s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, 3 more"
    assert sentence.format("es").endswith("s11, 3 más")


def test_a_text_whose_ends_could_not_be_seen_is_quoted_and_a_long_one_cut() -> None:
    def said(value: str) -> str:
        return condition_sentence(the_node(condition("store", "equals", value))).format("en")

    assert said("Acme, Ltd") == 'Store is "Acme, Ltd"'
    assert said("a\n  b") == "Store is a<U+000A> <U+0020>b"
    assert said("{order_number}") == "Store is {order_number}"
    assert said("x" * 100) == f"Store is {'x' * 59}…"


def test_a_number_given_for_a_text_is_said_as_it_is_written() -> None:
    (one,) = a_rule_set(rule(condition("ship_to.postal_code", "in", [501, 1.50]))).rules

    assert condition_sentence(one.when).format("en") == "Ship to postal code is one of 501, 1.5"


@pytest.mark.parametrize(
    ("when", "english", "spanish"),
    [
        ("always", "Always", "Siempre"),
        (
            {
                "all": [
                    condition("ship_to.country", "in", ["ES", "PT"]),
                    {"none": [condition("gift", "is_true"), condition("tags", "includes", "vip")]},
                    {"any_item": {"all": [condition("sku", "starts_with", "ACM-"), condition("quantity", "at_least", 2)]}},
                ]
            },
            (
                "All of: ship to country is one of ES, PT; (none of: gift is true; tags include vip); "
                "any item: (all of: SKU starts with ACM-; quantity is at least 2)"
            ),
            (
                "Todas: país de destino es uno de ES, PT; (ninguna: regalo es verdadero; etiquetas incluyen vip); "
                "algún artículo: (todas: SKU empieza por ACM-; cantidad es como mínimo 2)"
            ),
        ),
        ({"any": []}, "Any of: nothing", "Alguna: nada"),
        ({"no_item": condition("sku", "blank")}, "No item: SKU is blank", "Ningún artículo: SKU está en blanco"),
        (
            {"all_items": {"any": [condition("sku", "blank")]}},
            "Every item: any of: SKU is blank",
            "Todos los artículos: alguna: SKU está en blanco",
        ),
    ],
)
def test_a_node_reads_as_its_parts_in_their_order(when: Any, english: str, spanish: str) -> None:
    assert both(node_sentence(the_node(when))) == (english, spanish)


def test_every_operator_says_its_field_and_its_value() -> None:
    for type_ in {field.type for field in ORDER_FIELDS}:
        for operator in operators_of(type_):
            for sentence in (operator.sentence.en, operator.sentence.es):
                assert sentence.count("{field}") == 1
                assert ("{value}" in sentence) == (operator.takes is not Takes.NOTHING), operator.code
    for presence in PRESENCE.values():
        assert "{field}" in presence.sentence.en
        assert "{field}" in presence.sentence.es


@pytest.mark.parametrize(
    ("call", "english", "spanish"),
    [
        ({"do": "add_tag", "tag": "to {ship_to.city}"}, "Add the tag to {ship_to.city}", "Añadir la etiqueta to {ship_to.city}"),
        ({"do": "stop"}, "Run no later rule for this order", "No ejecutar más reglas para este pedido"),
        (
            {"do": "set_logistics_provider", "provider": "acme-3pl"},
            "Set the logistics provider to acme-3pl",
            "Establecer acme-3pl como proveedor de logística",
        ),
        (
            {"do": "set_logistics_provider", "provider": "acme-3pl", "send": True, "service_preference": "24h"},
            "Set the logistics provider to acme-3pl (send the fulfillment request: yes; service preference: 24h)",
            (
                "Establecer acme-3pl como proveedor de logística "
                "(enviar la solicitud de preparación: sí; preferencia de servicio: 24h)"
            ),
        ),
        ({"do": "hold", "days": 2}, "Put the order on hold (days: 2)", "Retener el pedido (días: 2)"),
        (
            {"do": "hold", "until": "2026-12-01"},
            "Put the order on hold (until: 1 December 2026)",
            "Retener el pedido (hasta: 1 de diciembre de 2026)",
        ),
        (
            {"do": "insure", "value": "order_total"},
            "Insure the shipment for order total",
            "Asegurar el envío por total del pedido",
        ),
        ({"do": "insure", "value": 12.5}, "Insure the shipment for 12.5", "Asegurar el envío por 12,5"),
        (
            {"do": "rate_shop", "among": ["a", "b", "c"], "prefer": "fastest"},
            "Choose among a, b and c, preferring the fastest",
            "Elegir entre a, b y c, prefiriendo el más rápido",
        ),
        (
            {"do": "validate_service", "on_invalid": "hold"},
            "Validate the carrier service against the client's accounts; when it is not valid: put the order on hold",
            "Validar el servicio de envío con las cuentas del cliente; si no es válido: retener el pedido",
        ),
        (
            {"do": "set_email_template", "kind": "shipment", "template": "warm"},
            "Use the template warm for the shipment e-mail",
            "Usar la plantilla warm para el correo de envío",
        ),
        (
            {"do": "carrier_option", "option": "saturday_delivery", "value": True},
            'Set the carrier option "Saturday delivery": yes',
            'Establecer la opción "entrega en sábado" de la empresa de transporte: sí',
        ),
        (
            {"do": "set_customs", "contents": "gift", "tax_ids": {"ioss": "IM1", "eori": "ES1"}},
            "Declare the contents to customs as gift (tax numbers: ioss IM1, eori ES1)",
            "Declarar el contenido en la aduana como gift (números fiscales: ioss IM1, eori ES1)",
        ),
    ],
    ids=lambda part: part["do"] if isinstance(part, dict) else "",
)
def test_an_action_reads_as_a_sentence_with_what_was_given(call: dict[str, Any], english: str, spanish: str) -> None:
    assert both(action_sentence(the_call(**call))) == (english, spanish)


def test_every_action_says_its_required_parameters_in_both_languages() -> None:
    for action in all_actions():
        for parameter in action.parameters:
            if parameter.required:
                for sentence in (action.sentence.en, action.sentence.es):
                    assert f"{{{parameter.name}}}" in sentence, f"{action.code}: {parameter.name}"
