"""`locations list|set|remove`."""

from __future__ import annotations

import pytest
from support.command_line import Call

ADDRESS = {"name": "MAD1", "street1": "", "street2": "", "city": "", "state": "", "postal_code": "", "country": "ES"}
HOURS = {"cut_off": "14:00", "working_days": ["mon", "tue", "wed", "thu", "fri"], "holidays": [], "time_zone": None}


@pytest.fixture
def location(relevo: Call, merchant: str) -> str:
    made = relevo("locations", "add", "--account", merchant, "--code", "MAD1", "--country", "ES", "--json")
    return str(made.json["id"])


def test_the_address_is_completed_and_what_is_not_named_stays(relevo: Call, merchant: str, location: str) -> None:
    listed = relevo("locations", "list", "--account", merchant, "--json").json
    assert listed == {"locations": [{"id": location, "code": "MAD1", **ADDRESS, **HOURS}]}
    assert relevo("locations", "set", "--account", merchant, "--code", "MAD1", "--cut-off", "9:00", "--json").json == {
        **listed["locations"][0],
        "cut_off": "09:00",
    }

    where = ("--street1", "Calle Mayor 1", "--city", "Madrid", "--postal-code", "28013", "--country", "pt")
    changed = relevo("locations", "set", "--account", merchant, "--code", "mad1", *where)
    assert changed.out.decode() == "MAD1  MAD1  Calle Mayor 1, 28013, Madrid, PT\n"
    [kept] = relevo("locations", "list", "--account", merchant, "--json").json["locations"]
    assert (kept["city"], kept["country"], kept["cut_off"], kept["name"]) == ("Madrid", "PT", "09:00", "MAD1")
    relevo("locations", "set", "--account", merchant, "--code", "MAD1", "--city", "", "--name", "Main")
    assert relevo("locations", "list", "--account", merchant).out.decode() == "MAD1  Main  Calle Mayor 1, 28013, PT\n"
    bad = relevo("locations", "set", "--account", merchant, "--code", "MAD1", "--country", "Spain")
    assert (bad.code, '"SPAIN" is not a country code' in bad.sentence) == (1, True)


def test_it_is_removed_and_the_next_one_is_the_first(relevo: Call, merchant: str, location: str) -> None:
    relevo("locations", "add", "--account", merchant, "--code", "BCN1", "--country", "ES")
    removed = relevo("locations", "remove", "--account", merchant, "--code", "mad1")
    said = removed.out.decode()
    assert said.startswith(f"MAD1 ({location})\nIt was the first one: from now on that is BCN1,")
    last = relevo("locations", "remove", "--account", merchant, "--code", "BCN1", "--json").json
    assert (last["code"], last["first"]) == ("BCN1", None)
    assert relevo("locations", "list", "--account", merchant).out.decode() == "There are no ship-from locations yet.\n"
    again = relevo("locations", "remove", "--account", merchant, "--code", "BCN1")
    assert (again.code, again.sentence) == (1, 'The account has no location "BCN1".')


def test_only_admins_change_and_remove_on_their_own_behalf(relevo: Call, merchant: str, location: str) -> None:
    clerk = "clerk@merchant-a.example"
    made = relevo(
        *("people", "add", "--account", merchant, "--email", clerk, "--role", "member", "--password-stdin"),
        stdin="a long passphrase 1",
    )
    assert made.code == 0
    for command in (("set", "--city", "Vigo"), ("remove",)):
        named = ("locations", *command, "--account", merchant, "--code", "MAD1", "--by")
        assert relevo(*named, clerk).code == 1
        assert relevo(*named, "nobody@else.example").code == 1
        assert relevo(*named, f"owner@{merchant}.example").code == 0
    assert relevo("locations", "list", "--account", merchant, "--by", clerk, "--json").json == {"locations": []}
