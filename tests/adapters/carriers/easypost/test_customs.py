"""What customs are told: contents, tax numbers and duties; and what is refused where something is missing."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from support.easypost_parcels import ABROAD, AUSTIN, BOSTON, LONDON, MADRID, MUG, sent

from engine.model.label import LabelRequest
from engine.ports import CarrierRefused

FROM_SPAIN = replace(ABROAD, ship_from=MADRID, currency="EUR")


def with_options(**options: Any) -> LabelRequest:
    return replace(ABROAD, options=options)


def refusal(request: LabelRequest) -> tuple[str, str]:
    with pytest.raises(CarrierRefused) as refused:
        sent(request)
    message = refused.value.args[0]
    assert message.format("en") != message.format("es")
    return message.code, message.format("en")


def test_a_parcel_over_a_border_says_what_is_in_it() -> None:
    shipment = sent(ABROAD)

    assert shipment["customs_info"] == {
        "contents_type": "merchandise",
        "customs_certify": True,
        "customs_signer": "Dock 1",
        "non_delivery_option": "return",
        "restriction_type": "none",
        "eel_pfc": "NOEEI 30.37(a)",
        "customs_items": [
            {
                "description": "Mug",
                "quantity": 2,
                "value": Decimal("60.10"),
                "weight": Decimal("21.164"),
                "origin_country": "ES",
                "currency": "USD",
                "hs_tariff_number": "6912.00",
                "code": "MUG",
            }
        ],
    }
    assert "tax_identifiers" not in shipment
    assert shipment["options"]["invoice_number"] == "SO-1001"
    assert "incoterm" not in shipment["options"]


def test_customs_are_told_the_description_that_is_for_them() -> None:
    [item] = sent(replace(ABROAD, contents=(replace(MUG, description=" Ceramic mug "),)))["customs_info"]["customs_items"]

    assert item["description"] == "Ceramic mug"


def test_a_line_may_lack_what_not_every_customs_office_wants() -> None:
    plain = replace(MUG, name="", hs_code="", quantity=Decimal("1.5"), unit_price=Decimal("3.333"))
    [item] = sent(replace(ABROAD, contents=(plain,)))["customs_info"]["customs_items"]

    assert (item["description"], item["quantity"], item["value"]) == ("MUG", Decimal("1.5"), Decimal("5.00"))
    assert "hs_tariff_number" not in item


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("gift", {"contents_type": "gift"}),
        ("Returned goods", {"contents_type": "returned_goods"}),
        ("spare parts", {"contents_type": "other", "contents_explanation": "spare parts"}),
    ],
)
def test_contents_have_easyposts_word_or_ones_own(said: str, written: dict[str, str]) -> None:
    info = sent(with_options(customs={"contents": said, "non_delivery": "abandon", "declaration": "No wood."}))["customs_info"]

    assert info.items() >= written.items()
    assert (info["non_delivery_option"], info["declaration"]) == ("abandon", "No wood.")


def test_tax_numbers_say_who_gave_them() -> None:
    numbers = {"ioss": "IM2760000001", "vat": "EL123456789", "eori": "XI123456789000", "pan": "ABCDE1234F"}
    found = sent(replace(FROM_SPAIN, options={"customs": {"tax_ids": numbers}, "tax_ids": {"ioss": "IM9999999999"}}))

    assert [(one["tax_id_type"], one["tax_id"], one["issuing_country"]) for one in found["tax_identifiers"]] == [
        ("IOSS", "IM2760000001", "DE"),
        ("VAT", "EL123456789", "GR"),
        ("EORI", "XI123456789000", "GB"),
        ("PAN", "ABCDE1234F", "ES"),
    ]
    assert {one["entity"] for one in found["tax_identifiers"]} == {"SENDER"}
    assert "eel_pfc" not in found["customs_info"]


def test_exports_from_the_united_states_say_why_they_are_not_filed() -> None:
    dear = replace(ABROAD, contents=(replace(MUG, unit_price=Decimal("1250.01")),))

    assert sent(replace(ABROAD, ship_to=replace(LONDON, country="CA")))["customs_info"]["eel_pfc"] == "NOEEI 30.36"
    assert refusal(dear)[0] == "needs_itn"
    assert sent(replace(dear, options={"tax_ids": {"itn": "X20260302000001"}}))["customs_info"]["eel_pfc"] == "X20260302000001"
    assert "tax_identifiers" not in sent(replace(dear, options={"tax_ids": {"itn": "X20260302000001"}}))


@pytest.mark.parametrize(
    ("options", "incoterm"),
    [
        ({}, None),
        ({"incoterm": "dap"}, "DAP"),
        ({"duties": {"payor": "sender"}}, "DDP"),
        ({"duties": {"payor": "recipient"}}, "DAP"),
        ({"duties": {"payor": "recipient"}, "incoterm": "EXW"}, "EXW"),
        ({"duties": {"prepaid": True}}, "DDP"),
        ({"duties": {"payor": "sender", "prepaid": True}, "incoterm": "DDP"}, "DDP"),
    ],
)
def test_the_incoterm_says_who_pays_duties(options: dict[str, Any], incoterm: str | None) -> None:
    assert sent(with_options(**options))["options"].get("incoterm") == incoterm


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (replace(ABROAD, contents=()), "no_contents"),
        (replace(ABROAD, currency=""), "no_currency"),
        (with_options(customs={"importer": "Import Ltd"}), "importer"),
        (with_options(customs={"non_delivery": "burn"}), "non_delivery"),
        (with_options(customs={"tax_ids": {"v a t": "1"}}), "tax_kind"),
        (with_options(tax_ids={f"kind{number}": "1" for number in range(9)}), "tax_numbers"),
        (with_options(incoterm="DDU"), "incoterm"),
        (with_options(duties={"payor": "third_party"}), "payor"),
        (with_options(duties={"payor": "recipient"}, incoterm="DDP"), "duties_disagree"),
        (with_options(duties={"prepaid": True}, incoterm="EXW"), "duties_disagree"),
    ],
)
def test_what_customs_could_not_be_told_is_refused(request_: LabelRequest, code: str) -> None:
    assert refusal(request_)[0] == code


def test_all_that_a_line_lacks_is_said_at_once() -> None:
    bare = replace(MUG, unit_price=None, weight_g=None, origin="Spain")

    assert refusal(replace(ABROAD, contents=(MUG, bare))) == (
        "line_lacks",
        "Customs have to know the price, the weight, the country of origin of Mug: complete the product or the order's line.",
    )
    assert refusal(replace(ABROAD, contents=(replace(MUG, name="", sku=""),)))[1].startswith(
        "Customs have to know the name of line 1:"
    )


def test_parts_of_a_country_beyond_its_customs_border_are_declared() -> None:
    tenerife = replace(BOSTON, country="ES", city="Arona", postal_code="38640")

    assert "customs_info" in sent(replace(FROM_SPAIN, ship_to=tenerife))
    assert "customs_info" not in sent(replace(ABROAD, ship_from=AUSTIN, ship_to=BOSTON))
