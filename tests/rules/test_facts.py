"""Derived fields, placeholders and contexts: what conditions and texts see of an order."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from support.rule_sets import a_rule_set, condition, decided, rule, tag, verdict

from rules.context import ContextRefused, RuleContext
from rules.facts import with_derived_fields
from rules.fields import ITEM_FIELDS, ORDER_FIELDS, FieldCatalogue
from rules.order_document import loads
from rules.placeholders import Template
from rules.values import FieldType

LOCATIONS = {"locations": [{"code": "Porto", "country": "PT"}, {"code": "attic"}]}
SPAIN = {"account": {"country": "ES"}}


def derived(order: dict[str, Any], context: dict[str, Any] | None = None) -> dict[str, Any]:
    complete = with_derived_fields(order, RuleContext.parse(context or {}))
    return {name: complete[name] for name in ("line_count", "total_quantity", "skus", "international")}


def test_the_catalogue_has_the_fields_of_the_language() -> None:
    by_type = {type_: {field.name for field in ORDER_FIELDS if field.type is type_} for type_ in FieldType}
    address = {
        f"{who}.{part}"
        for who in ("ship_to", "bill_to")
        for part in (
            *("name", "company", "street1", "street2", "street3", "city", "state", "postal_code", "country", "phone", "zone"),
            "verified",
        )
    }

    assert by_type[FieldType.TIME] == {
        *("order_date", "payment_date", "ship_by", "deliver_by", "ship_date", "hold_until", "imported_at", "now"),
    }
    assert by_type[FieldType.NUMBER] == {
        *("order_total", "subtotal", "amount_paid", "tax_paid", "shipping_paid", "shipment_value", "insured_value"),
        *("weight_g", "length_mm", "width_mm", "height_mm", "line_count", "total_quantity"),
        *("delegation.round", "delegation.hours_left", "tracking.days_since_label"),
    }
    assert by_type[FieldType.BOOLEAN] == {"ship_to.residential", "bill_to.residential", "gift", "international"}
    assert by_type[FieldType.SET] == {"tags", "skus", "delegation.refused_by", "in_stock_at"}
    assert by_type[FieldType.TEXT] == address | {
        *("order_number", "reference", "order_key", "store", "marketplace", "source", "status", "currency"),
        *("payment_method", "client", "customer.name", "customer.email", "customer.username", "customer.id"),
        *("requested_service", "carrier", "service", "package", "confirmation", "ship_from", "logistics_provider"),
        *("shipping_account", "notes.internal", "notes.to_buyer", "notes.from_buyer", "gift_message"),
        *("custom_field_1", "custom_field_2", "custom_field_3", "assigned_to", "brand"),
        *("delegation.provider", "delegation.reason", "tracking.state", "tracking.words"),
    }
    assert {field.name: field.type for field in ITEM_FIELDS} == {
        **dict.fromkeys(("sku", "name", "warehouse_location", "product_id"), FieldType.TEXT),
        **dict.fromkeys(("quantity", "unit_price", "weight_g", "available_at_provider"), FieldType.NUMBER),
        "tags": FieldType.SET,
    }
    assert {field.name for field in ORDER_FIELDS if field.derived} == {
        *("line_count", "total_quantity", "skus", "international", "now"),
    }


def test_a_field_cannot_be_registered_twice() -> None:
    catalogue = FieldCatalogue()
    catalogue.add("a", FieldType.TEXT, "a", "a")

    with pytest.raises(ValueError, match="registered twice"):
        catalogue.add("a", FieldType.TEXT, "a", "a")


def test_fields_about_a_person_are_marked() -> None:
    for name in ("customer.email", "ship_to.name", "bill_to.street1", "ship_to.phone", "notes.from_buyer", "gift_message"):
        assert ORDER_FIELDS[name].personal
    for name in ("ship_to.country", "order_total", "tags", "order_number"):
        assert not ORDER_FIELDS[name].personal


@pytest.mark.parametrize(
    ("items", "line_count", "total_quantity", "skus"),
    [
        (None, 0, 0, []),
        ([], 0, 0, []),
        ([{"sku": "A", "quantity": 2}, {"sku": "B", "quantity": "1.5"}], 2, Decimal("3.5"), ["A", "B"]),
        ([{"sku": "A"}, {"sku": "A", "quantity": None}, {"sku": " "}], 3, 0, ["A"]),
        ([{"sku": 501, "quantity": 0}], 1, 0, ["501"]),
        ([{"quantity": 10**17}] * 10, 10, 10**18, []),
        ([{"quantity": 10**18 - 1}] * 100, 100, (10**18 - 1) * 100, []),
        ([{"quantity": "two"}], 1, None, []),
        ([{"quantity": True}], 1, None, []),
        ([{"sku": ["A"]}], 1, 0, None),
        (["A"], 1, None, None),
        ("A", None, None, None),
        ({"sku": "A"}, None, None, None),
    ],
)
def test_what_is_derived_from_the_items(items: Any, line_count: Any, total_quantity: Any, skus: Any) -> None:
    found = derived({"items": items})

    assert (found["line_count"], found["total_quantity"], found["skus"]) == (line_count, total_quantity, skus)


def test_what_the_document_says_of_a_derived_field_does_not_count() -> None:
    order = {"line_count": 7, "skus": ["X"], "international": True, "items": [{"sku": "A"}]}

    assert derived(order) == {"line_count": 1, "total_quantity": 0, "skus": ["A"], "international": None}
    assert verdict(condition("line_count", "equals", 1), order) == "true"


def test_a_bad_line_is_an_error_for_what_is_derived_from_it_and_for_nothing_else() -> None:
    order = {"items": [{"sku": "A", "quantity": "two"}, {"sku": "B", "quantity": 1}]}

    assert verdict(condition("total_quantity", "at_least", 1), order) == "error"
    assert verdict(condition("line_count", "equals", 2), order) == "true"
    assert verdict(condition("skus", "includes", "b"), order) == "true"


@pytest.mark.parametrize(
    ("order", "context", "expected"),
    [
        ({"ship_to": {"country": "FR"}}, SPAIN, True),
        ({"ship_to": {"country": " es "}}, SPAIN, False),
        ({"ship_to": {"country": "FR"}}, {}, None),
        ({"ship_to": {}}, SPAIN, None),
        ({}, SPAIN, None),
        ({"ship_to": {"country": "PT"}, "ship_from": "porto"}, SPAIN | LOCATIONS, False),
        ({"ship_to": {"country": "ES"}, "ship_from": "Porto"}, SPAIN | LOCATIONS, True),
        ({"ship_to": {"country": "PT"}, "ship_from": "elsewhere"}, SPAIN | LOCATIONS, True),
        ({"ship_to": {"country": "PT"}, "ship_from": "attic"}, SPAIN | LOCATIONS, True),
        ({"ship_to": {"country": "PT"}, "ship_from": "Porto"}, LOCATIONS, False),
        ({"ship_to": {"country": True}}, SPAIN, None),
    ],
)
def test_international(order: dict[str, Any], context: dict[str, Any], expected: bool | None) -> None:
    assert derived(order, context)["international"] is expected
    asked = verdict(condition("international", "is_true"), order, context=context)
    assert asked == ("error" if order.get("ship_to") == {"country": True} else "true" if expected else "false")


def test_the_client_is_by_default_the_account() -> None:
    asked = condition("client", "equals", "casa-verde")

    assert verdict(asked, {}, context={"account": {"slug": "casa-verde"}}) == "true"
    assert verdict(asked, {"client": "other"}, context={"account": {"slug": "casa-verde"}}) == "false"
    assert verdict(asked, {}) == "false"


def test_a_part_that_is_no_object_is_an_error_for_the_fields_in_it_and_they_are_blank() -> None:
    for wrong in ("x", 5, ["ES"], True):
        order = {"ship_to": wrong}
        assert verdict(condition("ship_to.country", "equals", "ES"), order) == "error"
        assert verdict(condition("ship_to.country", "blank"), order) == "true"
    assert verdict(condition("ship_to.country", "not_equals", "ES"), {"ship_to": None}) == "true"


def test_what_cannot_be_computed_of_a_line_that_is_no_object_is_an_error_and_not_blank() -> None:
    for wrong in (None, 5, "MUG", ["MUG"]):
        order = {"items": [{"sku": "MUG", "quantity": 2}, wrong]}
        for field, operator, value in (("skus", "includes", "MUG"), ("total_quantity", "equals", 2)):
            assert verdict(condition(field, operator, value), order) == "error"
            assert verdict(condition(field, "blank"), order) == "false"
            assert verdict(condition(field, "not_blank"), order) == "true"


# --- Placeholders


def rendered(text: str, order: str) -> Any:
    document = loads(order)
    decision = decided(a_rule_set(rule("always", tag(text))), document)
    return (decision.document.get("tags") or [None])[-1] if decision.matched else decision.errors[0].message.code


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("Order {order_number}", '{"order_number": "T-1"}', "Order T-1"),
        ("{ship_to.city}/{ ship_to.country }", '{"ship_to": {"city": "Ávila", "country": "ES"}}', "Ávila/ES"),
        ("{ship_to.city}!", "{}", "!"),
        ("{ship_to.city}", "{}", None),
        ("{{order_number}", '{"order_number": "T-1"}', "{order_number}"),
        ("{{{order_number}}", '{"order_number": "T-1"}', "{T-1}"),
        ("a } b", "{}", "a } b"),
        ("{order_total}", '{"order_total": 60.00}', "60.00"),
        ("{order_total}", '{"order_total": 1e3}', "1000"),
        ("{order_total}", '{"order_total": "60.00"}', "60.00"),
        ("{custom_field_1}", '{"custom_field_1": 1e3}', "1e3"),
        ("{gift}", '{"gift": true}', "true"),
        ("{skus}", '{"items": [{"sku": "A"}, {"sku": "B"}]}', "A, B"),
        ("{line_count} lines", '{"line_count": 9, "items": [{}]}', "1 lines"),
        ("{order_date}", '{"order_date": "2026-03-01"}', "2026-03-01"),
        ("{order_total}", '{"order_total": "much"}', "unreadable_field"),
        ("{ship_to.city}", '{"ship_to": "here"}', "unreadable_field"),
    ],
)
def test_placeholders(text: str, order: str, expected: Any) -> None:
    assert rendered(text, order) == expected


def test_a_placeholder_sees_what_earlier_actions_of_its_rule_wrote() -> None:
    service = {"do": "set_service", "carrier": "dhl", "service": "parcel"}
    decision = decided(a_rule_set(rule("always", service, tag("by-{carrier}"), tag("{tags}+"))), {"carrier": "old"})

    assert decision.document["tags"] == ["by-dhl", "by-dhl+"]


def test_a_template_knows_its_fields() -> None:
    template = Template.parse("{order_number} to {ship_to.city}, {{")

    assert isinstance(template, Template)
    assert template.fields == {"order_number", "ship_to.city"}
    for wrong in ("{", "{order_number", "{items}", "{}", "{nothing}"):
        assert isinstance(Template.parse(wrong), tuple)


# --- Contexts


def test_a_whole_context() -> None:
    context = RuleContext.parse(
        {
            "account": {"slug": "casa-verde", "country": "ES", "time_zone": "Europe/Madrid"},
            "providers": ["Acme-3PL"],
            "carrier_accounts": [{"owner": "casa-verde", "carrier": "DHL", "services": ["Parcel"]}],
            "provider_accounts_allowed": True,
            "users": ["ana"],
            "locations": [{"code": "Valencia", "country": "ES"}],
            "something": "else",
        }
    )

    assert (context.account_slug, context.account_country, context.zone.key) == ("casa-verde", "ES", "Europe/Madrid")
    assert context.providers == {"acme-3pl"}
    assert context.offers is not None
    assert (context.offers[0].carrier, context.offers[0].services) == ("dhl", {"parcel"})
    assert context.provider_accounts_allowed
    assert context.locations == {"valencia": "ES"}


def test_missing_keys_are_unknown_and_empty_ones_are_known() -> None:
    nothing, empty = (
        RuleContext.parse({}),
        RuleContext.parse({"providers": [], "carrier_accounts": [], "users": [], "locations": []}),
    )

    assert (nothing.providers, nothing.offers, nothing.users, nothing.locations) == (None, None, None, None)
    assert (empty.providers, empty.offers, empty.users, empty.locations) == (frozenset(), (), frozenset(), {})
    assert nothing.zone.key == "UTC"


def test_everything_wrong_with_a_context_is_said_at_once() -> None:
    wrong = {
        "account": {"slug": 5, "time_zone": "Mars/Olympus"},
        "providers": "acme",
        "carrier_accounts": [{"owner": "a", "carrier": "b", "services": "c"}],
        "provider_accounts_allowed": "yes",
        "users": [1],
        "locations": ["x"],
    }
    with pytest.raises(ContextRefused) as refused:
        RuleContext.parse(wrong)

    sentences = [message.format("en") for message in refused.value.messages]
    places = ("account.slug", "Mars/Olympus", "providers", "carrier_accounts[0].services", "provider_accounts_allowed")
    for place in (*places, "users", "locations"):
        assert any(place in sentence for sentence in sentences), place


@pytest.mark.parametrize("data", [[], None, "x", {"account": 5}])
def test_a_context_is_an_object_of_objects(data: object) -> None:
    with pytest.raises(ContextRefused):
        RuleContext.parse(data)


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "x" * 5000, "\x00", "Europe"])
def test_a_time_zone_is_a_name_and_no_path(name: str) -> None:
    with pytest.raises(ContextRefused):
        RuleContext.parse({"account": {"time_zone": name}})
