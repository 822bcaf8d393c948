"""What a person enters about an account with Sendcloud."""

from __future__ import annotations

import ipaddress
from typing import Any

import pytest
from support.clock import FixedClock

from adapters.carriers.sendcloud.carrier import SendcloudCarrier
from adapters.carriers.sendcloud.description import API_URL, SENDCLOUD
from adapters.carriers.sendcloud.settings import SendcloudSettings, read_settings
from adapters.carriers.sendcloud.shipping_option import parse_option
from engine.model.account import CarrierAccount
from engine.model.carrier import CarrierCapability
from engine.ports.carriers import CarrierRefused, CarrierUnavailable

LOOPBACK = [ipaddress.ip_network("127.0.0.0/8")]


def account(*services: str, **settings: Any) -> CarrierAccount:
    return CarrierAccount("car_1", "acc_1", "sendcloud", services or ("postnl:standard",), settings=settings)


def test_without_settings_it_is_sendclouds_own_address() -> None:
    assert read_settings(account()) == SendcloudSettings(API_URL, None, None)
    assert read_settings(account(contract_id="", url="")).url == API_URL
    SendcloudCarrier(FixedClock()).check_settings(account())  # nobody is asked where that is


def test_ids_are_numbers_however_they_are_written() -> None:
    assert read_settings(account(contract_id="517", sender_address_id=42)) == SendcloudSettings(API_URL, 517, 42)


@pytest.mark.parametrize("value", ["0", "-1", "5.5", "abc", "５", True, "1234567890123"])
def test_what_is_no_id_is_refused(value: Any) -> None:
    with pytest.raises(CarrierRefused, match="contract_id has to be a number as Sendcloud shows it"):
        SendcloudCarrier(FixedClock()).open(account(contract_id=value))


def test_a_setting_that_there_is_not_is_refused() -> None:
    with pytest.raises(CarrierRefused, match='no setting "number_prefix"'):
        SendcloudCarrier(FixedClock()).check_settings(account(number_prefix="CV"))


@pytest.mark.parametrize("service", ["next_day", "8", "postnl:", ":standard", "postnl:standard/", "postnl: standard"])
def test_services_are_codes_of_shipping_options(service: str) -> None:
    with pytest.raises(CarrierRefused, match="is not a code of a shipping option"):
        SendcloudCarrier(FixedClock()).check_settings(account("postnl:standard/insured=3000", service))


def test_another_address_is_encrypted_or_one_that_the_operator_allows() -> None:
    SendcloudCarrier(FixedClock(), LOOPBACK).check_settings(account(url="http://127.0.0.1:9/api/v3"))
    with pytest.raises(CarrierRefused, match="RELEVO_ALLOW_NETWORKS"):
        SendcloudCarrier(FixedClock()).check_settings(account(url="https://127.0.0.1:9/api/v3"))
    with pytest.raises(CarrierRefused, match="url has to begin with https"):
        SendcloudCarrier(FixedClock(), LOOPBACK).check_settings(account(url="http://93.184.216.34/api/v3"))
    with pytest.raises(CarrierRefused, match="is not a web address"):
        SendcloudCarrier(FixedClock(), LOOPBACK).check_settings(account(url="ftp://127.0.0.1/"))
    with pytest.raises(CarrierUnavailable, match="cannot be resolved"):
        SendcloudCarrier(FixedClock(), LOOPBACK).check_settings(account(url="https://nowhere.invalid/api/v3"))


def test_codes_say_what_is_done_beyond_the_product() -> None:
    assert parse_option("postnl:standard").functionalities == {}
    option = parse_option("dhl:parcel/home_address_only,signature,incoterm=dap")
    assert option.functionalities == {"home_address_only": "", "signature": "", "incoterm": "dap"}


def test_keys_are_asked_for_and_only_one_of_them_is_a_secret() -> None:
    assert [(one.name, one.is_secret) for one in SENDCLOUD.credentials] == [("public_key", False), ("secret_key", True)]
    assert not SENDCLOUD.can(CarrierCapability.MANIFESTS)
