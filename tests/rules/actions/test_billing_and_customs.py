"""`bill_to`, `duties` and `set_customs`."""

from __future__ import annotations

from support.actions import left, taken
from support.rule_sets import a_rule_set, decided, rule

BILL = {"do": "bill_to", "party": "third_party", "account": "{custom_field_1}", "postal_code": "00501", "country": "US"}
CUSTOMS = {"do": "set_customs", "contents": "merchandise"}


def test_bill_to_writes_every_part_that_is_given_and_leaves_the_address_alone() -> None:
    order = {"custom_field_1": "A-9", "bill_to": {"city": "Lugo"}}

    assert left(order, BILL) == {
        **order,
        "billing": {"party": "third_party", "account": "A-9", "postal_code": "00501", "country": "US"},
    }


def test_a_later_party_is_not_billed_on_the_earlier_ones_account() -> None:
    order = {"custom_field_1": "A-9"}

    assert left(order, BILL, {"do": "bill_to", "party": "recipient"})["billing"] == {"party": "recipient"}
    changes = taken({}, {"do": "bill_to", "party": "recipient"}).changes
    assert [(change.field, change.after) for change in changes] == [("billing.party", "recipient")]


def test_duties_keep_what_is_not_given() -> None:
    prepaid = {"do": "duties", "payor": "sender", "prepaid": True}

    assert left({}, prepaid)["duties"] == {"payor": "sender", "prepaid": True}
    assert left({}, prepaid, {"do": "duties", "payor": "recipient"})["duties"] == {"payor": "recipient", "prepaid": True}
    assert left({}, {**prepaid, "prepaid": False})["duties"]["prepaid"] is False


def test_customs_are_written_part_by_part() -> None:
    full = {
        **CUSTOMS,
        "non_delivery": "return_to_sender",
        "declaration": "Order {order_number}",
        "tax_ids": {"ioss": "IM1", "EORI": "{custom_field_1}"},
        "importer": "Acme Ltd",
    }
    later = {"do": "set_customs", "contents": "gift", "tax_ids": {"ioss": "IM2"}}

    assert left({"order_number": "T-1", "custom_field_1": "ES9"}, full, later)["customs"] == {
        "contents": "gift",
        "non_delivery": "return_to_sender",
        "declaration": "Order T-1",
        "tax_ids": {"ioss": "IM2", "EORI": "ES9"},
        "importer": "Acme Ltd",
    }


def test_a_part_that_a_person_set_stays_and_the_others_are_written() -> None:
    order = {"customs": {"contents": "documents"}}
    decision = decided(a_rule_set(rule("always", {**CUSTOMS, "importer": "Acme"})), order, edited_fields=["customs.contents"])

    assert decision.document["customs"] == {"contents": "documents", "importer": "Acme"}
    assert [(change.field, change.hidden) for change in decision.changes] == [
        ("customs.contents", True),
        ("customs.importer", False),
    ]
