"""What an account says of itself, and what is refused before it is kept."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from support.easypost_parcels import CLOCK, DOMESTIC, account

from adapters.carriers.easypost.carrier import EasyPostCarrier
from adapters.carriers.easypost.settings import easypost_settings
from engine.ports import CarrierRefused


def test_an_account_needs_no_more_than_its_key() -> None:
    settings = easypost_settings(account(key="EZAK0123456789abc"))

    assert (settings.url, settings.carrier_accounts, settings.end_shipper) == ("https://api.easypost.com/v2", (), "")


def test_an_account_from_a_list_has_no_key_and_still_says_what_it_cannot_ship() -> None:
    session = EasyPostCarrier(CLOCK).open(replace(account(), credentials={}))

    session.check_request(DOMESTIC)
    with pytest.raises(CarrierRefused):
        session.check_request(replace(DOMESTIC, parcels=()))


def test_carrier_accounts_are_a_list_or_a_text_with_commas() -> None:
    assert easypost_settings(account(carrier_accounts="ca_1, ca_2")).carrier_accounts == ("ca_1", "ca_2")
    settings = easypost_settings(account(carrier_accounts=["ca_1"], end_shipper="es_1", url="https://127.0.0.1/v2"))
    assert (settings.carrier_accounts, settings.end_shipper, settings.url) == (("ca_1",), "es_1", "https://127.0.0.1/v2")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"key": ""}, "api_key"),
        ({"key": "sk_test_1"}, "api_key"),
        ({"key": "EZTK 1"}, "api_key"),
        ({"services": ("USPS:Priority", "Priority")}, "service"),
        ({"services": (":Priority",)}, "service"),
        ({"carrier_accounts": "USPS"}, "carrier_accounts"),
        ({"carrier_accounts": [7]}, "carrier_accounts"),
        ({"carrier_accounts": {"ca_1": True}}, "carrier_accounts"),
        ({"end_shipper": "Casa Verde"}, "end_shipper"),
        ({"url": 7}, "url"),
        ({"uri": "https://example.com"}, "unknown_setting"),
    ],
)
def test_what_cannot_be_used_is_refused_in_both_languages(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(CarrierRefused) as refused:
        EasyPostCarrier(CLOCK).check_settings(account(**changes))
    message = refused.value.args[0]
    assert message.code == code
    assert message.format("en") != message.format("es")
    assert "EZTK 1" not in message.format("en")
