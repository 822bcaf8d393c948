from __future__ import annotations

import json
import re
import socket
from pathlib import Path
from typing import Any

import pytest
from support.command_line import Call, create

from adapters.sandboxes.brightpearl import SandboxCredentials
from app import Runtime
from engine.services.accounts.log_in import log_in

LOG_IN = re.compile(r"(\S+@\S+)  password (\S+)")


def log_ins(text: bytes) -> dict[str, str]:
    return dict(LOG_IN.findall(text.decode()))


def test_the_demo_goes_into_an_empty_database_and_shows_its_log_ins_again(relevo: Call, tmp_path: Path) -> None:
    first = relevo("demo")
    assert first.code == 0, first.err
    assert set(log_ins(first.out)) == {"owner@casa-verde.example", "owner@acme-3pl.example"}
    record = json.loads((tmp_path / "data" / "demo.json").read_text())
    assert record["store_id"].startswith("sto_")
    assert (tmp_path / "data" / "demo.json").stat().st_mode & 0o777 == 0o600

    again = relevo("demo")

    assert again.code == 0
    assert log_ins(again.out) == log_ins(first.out)
    assert not any(password.encode() in path.read_bytes() for password in log_ins(first.out).values() for path in files(tmp_path))
    slugs = [account["slug"] for account in relevo("accounts", "list", "--json").json["accounts"]]
    assert slugs == ["casa-verde", "acme-3pl"]
    counts = relevo("inventory", "list", "--account", "casa-verde", "--json").json["counts"]
    assert {"provider": "acme-3pl", "sku": "GUANTE-M", "on_hand": 2, "reserved": 0, "available": 2, "name": ""} in counts


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize(("language", "name"), [("en", "Tell us in the morning"), ("es", "Avisar por la mañana")])
def test_the_demo_has_defaults_a_list_and_rules_that_run_by_themselves(
    relevo: Call, monkeypatch: pytest.MonkeyPatch, language: str, name: str
) -> None:
    monkeypatch.setenv("RELEVO_LANGUAGE", language)
    assert relevo("demo").code == 0

    assert "ACM-MUG-BLU" in relevo("products", "defaults", "list", "--account", "casa-verde").out.decode()
    listed = relevo("lists", "list", "--account", "casa-verde").out.decode()
    assert "season" in listed
    assert "in-season" in listed, "a rule names it"
    schedules = relevo("rules", "schedules", "--account", "casa-verde", "--json").json["schedules"]
    assert [one["rule"] for one in schedules] == ["urgent-after-two-days", "still-on-hold"]
    assert schedules[1]["name"].startswith(name)


def test_a_password_of_the_demo_that_somebody_changed_is_set_back(
    relevo: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first = log_ins(relevo("demo").out)
    asked = ("people", "reset-password", "--account", "casa-verde", "--email", "owner@casa-verde.example", "--password-stdin")
    changed = relevo(*asked, stdin="nobody knows this one\n")
    assert changed.code == 0, changed.err

    assert log_ins(relevo("demo").out) == first
    monkeypatch.setenv("RELEVO_DATA_DIR", str(tmp_path / "data"))
    runtime = Runtime()
    assert all(log_in(runtime.application, email, password) for email, password in first.items())
    runtime.database.close()


def test_the_demo_stays_out_of_a_database_in_use(relevo: Call) -> None:
    create(relevo, "Mine", "merchant")

    answer = relevo("demo")

    assert answer.code == 1
    assert "already has accounts" in answer.sentence
    assert len(relevo("accounts", "list", "--json").json["accounts"]) == 1


def test_the_demos_address_is_the_only_private_one_allowed(relevo: Call, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.delenv("RELEVO_ALLOW_NETWORKS")
    assert relevo("demo").code == 0
    port = json.loads((tmp_path / "data" / "demo.json").read_text())["port"]

    answer = relevo(
        *("stores", "connect", "brightpearl", "--account", "casa-verde", "--integration-url", f"http://127.0.0.1:{port + 1}"),
        *("--account-code", "casaverde", "--datacenter", "eu1", "--username", "u", "--password-stdin"),
        *("--channel-id", "2", "--on-ship", "none"),
        stdin="x\n",
    )

    assert answer.code == 1
    assert "RELEVO_ALLOW_NETWORKS" in answer.sentence


def test_a_sandbox_on_a_taken_port_says_so(relevo: Call) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        answer = relevo("sandbox", "brightpearl", "--port", str(port))

    assert answer.code == 1
    assert answer.sentence.startswith(f"Port {port} cannot be used")


def test_the_sandboxs_options_are_checked(relevo: Call) -> None:
    assert relevo("sandbox", "brightpearl", "--orders", "-1").code == 2
    assert relevo("sandbox", "brightpearl", "--port", "70000").code == 2
    assert relevo("sandbox", "brightpearl", "--shipped", "-1").code == 2
    assert relevo("sandbox", "brightpearl", "--staff-token", "").sentence.startswith("--staff-token must not be empty.")


def test_the_sandboxs_credentials_reach_it(relevo: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, Any] = {}
    monkeypatch.setattr("adapters.sandboxes.brightpearl.run_sandbox", lambda **options: given.update(options))

    answer = relevo(
        *("sandbox", "brightpearl", "--shipped", "12", "--staff-token", "mine", "--client-secret", ""),
        *("--redirect-uri", "http://127.0.0.1/back"),
    )

    assert answer.code == 0, answer.err
    assert given["shipped"] == 12
    assert given["credentials"] == {"staff_token": "mine", "client_secret": "", "redirect_uris": ("http://127.0.0.1/back",)}
    SandboxCredentials(**given["credentials"])


def test_the_stand_in_for_easypost_is_started_with_what_was_asked_for(relevo: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, Any] = {}
    monkeypatch.setattr("adapters.sandboxes.easypost.run_easypost", lambda port, **options: given.update(port=port, **options))
    answer = relevo(
        "sandbox", "easypost", "--port", "0", "--api-key", "EZTKmine", "--refund", "rejected", "--lose-purchases", "2"
    )

    assert answer.code == 0, answer.err
    assert (given["port"], given["api_key"]) == (0, "EZTKmine")
    assert (given["options"].refund, given["options"].lose_purchases) == ("rejected", 2)
    assert relevo("sandbox", "easypost", "--refund", "maybe").code == 2


def test_the_demos_store_has_shipping_methods_that_are_mapped_by_name(relevo: Call, tmp_path: Path) -> None:
    assert relevo("demo").code == 0
    store = json.loads((tmp_path / "data" / "demo.json").read_text())["store_id"]

    mapped = relevo("stores", "methods", "list", "--account", "casa-verde", "--json").json["methods"]
    assert {one["method"]: (one["code"], one["carrier"], one["service"]) for one in mapped} == {
        "Courier Next Day": ("5", "correos", "paq-premium"),
        "Standard Parcel": ("6", "correos", "paq-estandar"),
        "Europe Road": ("7", "dhl", "parcel-connect"),
    }
    runtime = Runtime()
    with runtime.application.reading() as uow:
        account = uow.accounts.find_by_slug("casa-verde")
        assert account is not None
        settings = uow.stores.get(account.id, store).settings
    runtime.database.close()
    assert settings["service_methods"] == "correos paq-premium: 5\ncorreos paq-estandar: 6\ndhl parcel-connect: 7"
