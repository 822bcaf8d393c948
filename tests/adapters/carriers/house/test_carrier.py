"""The carrier `house`: what it takes, what it gives, and that the same request gives the same."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from support.house_parcels import RECIPIENT, REQUEST, WAREHOUSE, account, documented_sheet, words_of_pdf

from adapters.carriers.house.carrier import HouseCarrier, HouseSession
from adapters.carriers.house.forms import LABEL_PDF
from adapters.carriers.house.numbers import tracking_number
from adapters.carriers.house.settings import RateSheetRefused
from engine.model.carrier import CarrierCapability, DocumentForm, ServiceRate
from engine.model.label import DocumentFormat, DocumentKind, Label, LabelRequest, PaperSize, ParcelToShip
from engine.model.money import Money
from engine.ports.carriers import CarrierRefused

REPOSITORY = Path(__file__).parents[4]
TWO = replace(REQUEST, parcels=(ParcelToShip(1000), ParcelToShip(2500)), numbers=("ACME0000000013", "ACME0000000022"))


def opened(**settings: Any) -> HouseSession:
    return HouseCarrier().open(account(**settings))


def bought(request: LabelRequest) -> Label:
    return Label(
        "lbl_1",
        "acc_1",
        "ord_1",
        "shp_1",
        "car_1",
        "acc_1",
        "house",
        "next_day",
        {},
        request,
        "usr_1",
        datetime(2026, 3, 9, tzinfo=UTC),
    )


def refusal(request: LabelRequest, **settings: Any) -> str:
    with pytest.raises(CarrierRefused) as refused:
        opened(**settings).check_request(request)
    return str(refused.value.args[0].code)


@pytest.mark.parametrize(("template", "is_taken"), [("gift", True), (" PRICES ", True), ("", True), ("gift-es", False)])
def test_a_packing_slip_that_there_is_not_is_refused(template: str, is_taken: bool) -> None:
    request = replace(REQUEST, options={"packing_slip": template})
    if is_taken:
        opened().check_request(request)
        return
    with pytest.raises(CarrierRefused, match='There is no packing slip "gift-es": it is standard, prices or gift'):
        opened().check_request(request)


def test_the_first_form_is_the_label_and_a_purchase_draws_nothing() -> None:
    assert HouseCarrier.describes.forms[0] == DocumentForm(DocumentKind.LABEL, DocumentFormat.PDF, PaperSize.LABEL)
    assert opened().buy(REQUEST, "").documents == ()
    assert HouseCarrier.describes.can(CarrierCapability.NUMBERED_HERE)


def test_a_purchase_gives_a_label_for_each_parcel_and_costs_what_the_sheet_says() -> None:
    label = opened(rate_sheet=documented_sheet()).buy(TWO, "")

    assert (label.carrier_id, label.tracking_numbers) == ("lbl_1", TWO.numbers)
    assert label.cost == Money(Decimal("4.21") + Decimal("5.11"), "EUR")
    drawn = opened().draw(bought(TWO), TWO.numbers, LABEL_PDF, is_copy=False)
    assert [one.parcel for one in drawn] == [0, 1]
    said = [words_of_pdf(one.content)[0] for one in drawn]
    assert ["1 / 2" in said[0], "2 / 2" in said[1], "ACME 000 000 0022" in said[1]] == [True] * 3


def test_without_a_sheet_nothing_is_known_of_the_cost() -> None:
    assert opened().buy(REQUEST, "").cost is None
    assert opened(rate_sheet="").rates(REQUEST, ["anything"]) == [ServiceRate("anything", None)]


def test_asked_again_it_answers_as_the_first_time() -> None:
    session = opened(rate_sheet=documented_sheet())

    assert session.buy(TWO, session.prepare(TWO)) == session.find(TWO, "") == opened(rate_sheet=documented_sheet()).buy(TWO, "")


def test_rates_are_of_the_services_that_have_a_price() -> None:
    rates = opened(rate_sheet=documented_sheet()).rates(replace(REQUEST, service="whatever"), ["economy", "next_day", "other"])

    assert rates == [ServiceRate("next_day", Money(Decimal("4.21"), "EUR"), 1)]


@pytest.mark.parametrize(
    ("wish", "what"),
    [
        ({"insured": Money(Decimal(500), "EUR")}, "an insured value"),
        ({"confirmation": "indirect_signature"}, 'the delivery confirmation "indirect_signature"'),
        *(
            ({"ship_to": replace(RECIPIENT, country="CH"), "options": options}, what)
            for options, what in (
                ({"customs": {"contents": "gift"}}, "a customs declaration"),
                ({"duties": {"payor": "recipient"}}, "who pays the duties"),
                ({"duties": {"prepaid": True}}, "who pays the duties"),
                ({"incoterm": "ddp"}, "the incoterm DDP"),
                ({"tax_ids": {"ioss": "IM1"}}, "tax numbers"),
            )
        ),
    ],
)
def test_what_no_label_says_has_no_rate_either(wish: dict[str, Any], what: str) -> None:
    asked = replace(REQUEST, **wish)
    with pytest.raises(CarrierRefused, match=f"Own delivery cannot be told this: {what}"):
        opened().check_request(asked)
    with pytest.raises(CarrierRefused, match=what):
        opened(rate_sheet=documented_sheet()).rates(asked, ["next_day"])


def test_what_customs_alone_want_to_know_is_nothing_within_their_border() -> None:
    options = {"customs": {"contents": "gift"}, "duties": {"payor": "recipient"}, "incoterm": "DDP", "tax_ids": {"vat": "ES1"}}
    opened().check_request(replace(REQUEST, options=options))


@pytest.mark.parametrize("confirmation", ["", "none", "delivery", "signature", "Adult Signature"])
def test_what_the_label_says_of_a_signature_has_a_rate(confirmation: str) -> None:
    asked = replace(REQUEST, confirmation=confirmation)
    opened().check_request(asked)
    assert [one.service for one in opened(rate_sheet=documented_sheet()).rates(asked, ["next_day"])] == ["next_day"]


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (replace(REQUEST, ship_from=replace(WAREHOUSE, country="")), "ship_from_country"),
        (replace(REQUEST, ship_to=replace(RECIPIENT, country="")), "ship_to_country"),
        (replace(REQUEST, ship_to=replace(RECIPIENT, country="Spain")), "ship_to_country"),
        (replace(REQUEST, ship_to=replace(RECIPIENT, name=" ", company="")), "ship_to_name"),
        (replace(REQUEST, ship_to=replace(RECIPIENT, city="", postal_code=" ")), "ship_to_city"),
        (replace(REQUEST, parcels=()), "no_parcels"),
        (replace(REQUEST, parcels=(ParcelToShip(5), ParcelToShip(0))), "no_weight"),
    ],
)
def test_what_nobody_could_deliver_is_refused(request_: LabelRequest, code: str) -> None:
    assert refusal(request_) == code


BACK = replace(REQUEST, ship_from=RECIPIENT, ship_to=WAREHOUSE, is_return=True)


@pytest.mark.parametrize(
    ("back", "says"),
    [
        ({"ship_from": replace(RECIPIENT, country="")}, "The ship-to address has no country"),
        ({"ship_to": replace(WAREHOUSE, country="")}, "The location that the return comes back to has no country"),
        ({"ship_to": replace(WAREHOUSE, name="", company=" ")}, "comes back to has neither a name nor a company"),
        ({"ship_to": replace(WAREHOUSE, city="", postal_code="")}, "comes back to has neither a city nor a postal code"),
    ],
)
def test_what_a_return_lacks_is_said_of_the_side_that_lacks_it(back: dict[str, Any], says: str) -> None:
    with pytest.raises(CarrierRefused, match=says):
        opened().check_request(replace(BACK, **back))


def test_a_return_whose_location_has_no_postal_code_for_the_sheet_is_said_to_lack_it() -> None:
    asked = replace(BACK, ship_to=replace(WAREHOUSE, postal_code=""))
    with pytest.raises(CarrierRefused, match="the postal code of the ship-from location that the return comes back to"):
        opened(rate_sheet=documented_sheet()).check_request(asked)


def test_what_the_sheet_has_no_price_for_is_refused_before_the_purchase() -> None:
    assert refusal(replace(REQUEST, service="other"), rate_sheet=documented_sheet()) == "no_service"
    opened(rate_sheet=documented_sheet()).check_request(REQUEST)


@pytest.mark.parametrize(
    "ship_to", [replace(RECIPIENT, name="", city=""), replace(RECIPIENT, company="", postal_code="", street1="")]
)
def test_a_name_or_a_company_and_a_city_or_a_postal_code_will_do(ship_to: Any) -> None:
    opened().check_request(replace(REQUEST, ship_to=ship_to))


def test_numbers_come_from_the_accounts_range() -> None:
    session = opened(number_prefix="ACME", number_last=2)

    assert session.numbers(1, 2) == (tracking_number("ACME", 1), tracking_number("ACME", 2))
    with pytest.raises(CarrierRefused, match="used up after 2"):
        session.numbers(2, 2)
    with pytest.raises(CarrierRefused, match="no beginning"):
        opened().numbers(1, 1)


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"number_prefix": "acme"}, "number_prefix"),
        ({"number_prefix": "TOOLONG"}, "number_prefix"),
        ({"number_prefix": 7}, "number_prefix"),
        ({"number_last": 0}, "number_last"),
        ({"number_last": True}, "number_last"),
        ({"number_last": 1_000_000_000}, "number_last"),
        ({"rate_sheet": 7}, "rate_sheet"),
    ],
)
def test_settings_that_cannot_be_used_are_refused(settings: dict[str, Any], code: str) -> None:
    with pytest.raises(CarrierRefused) as refused:
        HouseCarrier().check_settings(account(**settings))
    assert refused.value.args[0].code == code


def test_a_broken_sheet_is_refused_with_every_line_in_both_languages() -> None:
    with pytest.raises(RateSheetRefused) as refused:
        HouseCarrier().check_settings(account(rate_sheet="currency: EURO\nzones: {a: [UK]}\nservices: {}\n"))
    with pytest.raises(RateSheetRefused):
        opened(rate_sheet="{")
    sentence = refused.value.args[0]

    assert [line.split(":")[0] for line in sentence.en.splitlines()] == [
        "The rate sheet cannot be used.",
        "Line 1",
        "Line 2",
        "Line 3",
    ]
    assert 'Línea 2: zones.a[0]: "UK" no es' in sentence.es
    assert len(refused.value.problems) == 3


def test_of_very_many_mistakes_the_first_are_said() -> None:
    with pytest.raises(RateSheetRefused) as refused:
        HouseCarrier().check_settings(account(rate_sheet="\n".join(f"key{number}: 1" for number in range(50))))

    assert refused.value.args[0].en.splitlines()[-1] == "And 33 more."
    assert len(refused.value.problems) == 53


def test_a_sound_account_is_kept() -> None:
    settings = {"number_prefix": "ACME", "number_last": 999, "rate_sheet": documented_sheet()}

    HouseCarrier().check_settings(account(**settings))
    opened(**settings).check()


def test_every_form_is_drawn_again_and_a_copy_says_so() -> None:
    session, label = opened(), bought(TWO)
    for form in HouseCarrier.describes.forms:
        originals = session.draw(label, TWO.numbers, form, is_copy=False)
        copies = session.draw(label, TWO.numbers, form, is_copy=True)

        assert [(one.kind, one.format, one.size, one.parcel) for one in originals] == [
            (form.kind, form.format, form.size, parcel) for parcel in (0, 1)
        ]
        assert originals == session.draw(label, TWO.numbers, form, is_copy=False)
        assert [one.content for one in originals] != [one.content for one in copies]


def test_giving_back_changes_nothing() -> None:
    opened().void(bought(REQUEST))


def test_a_command_that_draws_nothing_does_not_load_what_draws() -> None:
    program = "import sys; from app import Runtime; Runtime().application; print({'reportlab', 'PIL'} & sys.modules.keys())"
    answer = subprocess.run(
        [sys.executable, "-c", program], cwd=REPOSITORY, env=os.environ.copy(), capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "set()"


def test_the_price_before_a_purchase_is_that_of_the_sheet() -> None:
    session = opened(rate_sheet=documented_sheet())
    assert session.price(REQUEST, "") == session.buy(REQUEST, "").cost
    assert opened().price(REQUEST, "") is None


@pytest.mark.parametrize(("country", "word"), [("ES", "Devolución"), ("FR", "Return")])
def test_a_label_for_the_way_back_says_so(country: str, word: str) -> None:
    asked = replace(REQUEST, ship_from=replace(REQUEST.ship_from, country=country), is_return=True)
    [document] = opened().draw(bought(asked), ["N1"], LABEL_PDF, is_copy=False)
    assert f"{word} · " in " ".join(words_of_pdf(document.content))
