"""What a description answers: how a setting is asked for, what nothing entered means, and what is still to be chosen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from support.harbour import API_KEY, BERTHS, HARBOUR, PLACE, SHOP

from engine.model.store_settings import LoginScheme, Option, Setting, SettingType, Stage, Words
from rules.messages import Text

LABEL, OTHER = Text("Pier", "Muelle"), Text("Piers", "Muelles")


@pytest.mark.parametrize(
    ("type", "empty"),
    [
        (SettingType.TEXT, ""),
        (SettingType.CONCEALED, ""),
        (SettingType.ID, None),
        (SettingType.TEXT_ID, None),
        (SettingType.IDS, []),
        (SettingType.TEXT_IDS, []),
        (SettingType.FLAG, False),
        (SettingType.CHOICE, "first"),
    ],
)
def test_nothing_entered_is_a_value_of_its_type(type: SettingType, empty: Any) -> None:
    options = (Option("first", LABEL), Option("second", OTHER))
    assert Setting("pier", LABEL, type, options=options, default="second").empty == empty


def test_a_stage_may_have_words_of_its_own() -> None:
    setting = Setting("pier", LABEL, help=OTHER, words={Stage.CONNECT: Words(OTHER, section=PLACE)})

    assert (setting.label_at(Stage.CONNECT), setting.section_at(Stage.CONNECT)) == (OTHER, PLACE)
    assert (setting.label_at(Stage.CHANGE), setting.section_at(Stage.CHANGE)) == (LABEL, None)
    assert setting.help_at(Stage.CONNECT) == setting.help_at(Stage.CHANGE) == OTHER


def test_what_may_stay_blank_comes_last() -> None:
    optional, needed = Setting("dock", LABEL), Setting("pier", LABEL, is_needed=True)
    login = LoginScheme("key", LABEL, settings=(optional, needed), credentials=(API_KEY,))

    assert login.fields == (needed, API_KEY, optional)


def test_a_store_without_a_name_is_named_after_its_account() -> None:
    assert HARBOUR.store_name({"shop": "BIL"}) == "Harbour BIL"
    assert HARBOUR.store_name({}) == "Harbour"
    assert replace(HARBOUR, settings=(replace(SHOP, names_account=False),)).store_name({"shop": "BIL"}) == "Harbour"


def test_everything_is_chosen_when_what_is_needed_was() -> None:
    optional = replace(BERTHS, name="crane_ids", is_needed=False)
    kind = replace(HARBOUR, settings=(SHOP, BERTHS, optional))

    assert not kind.is_chosen({"shop": "BIL", "berth_ids": []})
    assert kind.is_chosen({"berth_ids": ["007"]})


def test_the_first_way_to_log_in_is_meant_where_none_is_named() -> None:
    other = LoginScheme("consent", LABEL, by_consent=True)
    kind = replace(HARBOUR, logins=(*HARBOUR.logins, other))

    assert kind.login_of({}).code == "key"
    assert kind.login_of({"auth": "consent"}) is kind.consent_login is other
    assert HARBOUR.consent_login is None
    assert replace(HARBOUR, logins=()).login_of({}).fields == ()
