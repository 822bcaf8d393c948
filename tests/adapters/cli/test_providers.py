"""The commands about providers with a system of their own, and the stand-in as a program."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import requests
from support.command_line import Call, create

from adapters.sandboxes.provider import ProviderServer

ROOT = Path(__file__).parents[3]
OWNER = "owner@merchant-a.example"


def test_a_provider_is_added_tested_given_another_secret_and_removed(relevo: Call) -> None:
    slug = create(relevo, "Merchant A", "merchant")
    with ProviderServer() as server:
        add = ("providers", "add", "--account", slug, "--name", "Norte", "--url", server.url, "--by", OWNER, "--json")
        assert "ship-from location" in relevo(*add).sentence
        relevo("locations", "add", "--account", slug, "--code", "MAD1", "--country", "ES")
        added = relevo(*add).json
        assert (added["provider"], added["name"], added["state"], added["url"]) == ("norte", "Norte", "active", server.url)
        assert added["events_url"].endswith("/events")
        assert added["secret"].startswith("whsec_")
        assert 'called "Norte" already' in relevo(*add).sentence
        assert "is not encrypted" in relevo(*(part.replace(server.url, "http://8.8.8.8") for part in add)).sentence

        own = (added["id"], "--by", OWNER)
        assert "signature" in relevo("providers", "test", *own).sentence
        [listed] = relevo("providers", "list", "--account", slug, "--json").json["providers"]
        assert listed["failing_since"] is not None
        assert "secret" not in listed
        server.secret = added["secret"]
        assert b"Norte answers and knows the secret." in relevo("providers", "test", *own).out

        rotated = relevo("providers", "rotate-secret", *own, "--json").json
        assert rotated["secret"] not in ("", added["secret"])
        assert rotated["previous_secret_until"] > rotated["answered_at"]
        assert b"answered" in relevo("providers", "list", "--account", slug).out

        [connection] = relevo("connections", "list", "--account", slug, "--json").json["connections"]
        assert (connection["role"], connection["company_name"], connection["account"]) == ("client", "Norte", "norte")
        removed = relevo("providers", "remove", *own, "--json").json
        assert (removed["state"], removed["reminder"].keys()) == ("removed", {"open_orders", "unpaid", "stock"})
        assert "has removed the connection" in relevo("providers", "test", *own).sentence


def test_only_its_own_account_finds_a_provider_and_nobody_its_account(relevo: Call) -> None:
    slug, other = create(relevo, "Merchant A", "merchant"), create(relevo, "Merchant B", "merchant")
    relevo("locations", "add", "--account", slug, "--code", "MAD1", "--country", "ES")
    add = ("providers", "add", "--account", slug, "--name", "Norte", "--url", "http://127.0.0.1:9", "--json")
    assert "not an e-mail" not in relevo(*add, "--by", OWNER).err
    [listed] = relevo("providers", "list", "--account", slug, "--json").json["providers"]

    stranger = ("--by", "owner@merchant-b.example")
    for command in ("test", "rotate-secret", "remove"):
        answers = {relevo("providers", command, one, *stranger).sentence.replace(one, "ID") for one in (listed["id"], "con_none")}
        assert len(answers) == 1, command
    assert relevo("providers", "list", "--account", other, "--json").json == {"providers": []}
    assert "There is no account" in relevo("locations", "add", "--account", "norte", "--code", "X", "--country", "ES").sentence
    assert "There is no account" in relevo("connections", "create", "--provider", "norte", "--client", other).sentence
    assert "norte" not in relevo("accounts", "list", "--json").out.decode()


def test_the_stand_in_is_a_program_with_a_control_interface() -> None:
    command = [sys.executable, "app.py", "sandbox", "provider", "--port", "0", "--cancel", "none", "--secret-stdin"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\n")
        process.stdin.flush()
        found = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
        assert found is not None
        control = f"{found[0]}/control"
        assert requests.get(control, timeout=60).json()["options"]["cancel"] == "none"
        changed = requests.post(f"{control}/options", json={"down": True}, timeout=60).json()
        assert changed["options"]["down"] is True
        wrong = requests.post(f"{control}/options", json={"cancel": "perhaps"}, timeout=60)
        assert (wrong.status_code, wrong.json()["error"]["message"]) == (400, "cancel is one of grant, refuse, none.")
        unknown = {"reference": "ffr_none", "type": "request.started"}
        assert requests.post(f"{control}/say", json=unknown, timeout=60).status_code == 404
        assert requests.get(f"{found[0]}/ping", timeout=60).status_code == 503
        process.terminate()
        assert process.wait(60) == 0
