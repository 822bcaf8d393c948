"""The page on which parcels are handed over at the end of the day."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from support.browsing import press, words_of
from support.clock import FixedClock
from support.labels import STANDARD
from support.manifests import PDF, Dock, open_dock
from support.pages import pages_over
from support.paid_carrier import NO_ANSWER, TOO_FAR
from support.shop import OWNER, STRANGER

from engine.services.accounts.accounts import add_location
from storage.database import Database

LogIn = Callable[[str], FlaskClient]
PAGE = "/end-of-day"


@pytest.fixture
def dock(sqlite_database: Database, clock: FixedClock) -> Dock:
    return open_dock(sqlite_database, clock)


@pytest.fixture
def web(dock: Dock) -> Flask:
    return pages_over(dock.app, dock.shop.database)


def test_what_is_ready_is_handed_over_and_printed(dock: Dock, log_in: LogIn) -> None:
    owner = log_in(OWNER)
    assert "paid Madrid 2 2 Create manifest paid, Madrid" in words_of(owner.get(PAGE))

    after = words_of(press(owner, PAGE, PAGE))
    assert "1 manifest is made: print it below." in after
    assert "Nothing is ready to be handed over" in after

    [made] = dock.hand_over_list()
    assert owner.get(f"{PAGE}/{made.id}/manifest").data == PDF
    answer = owner.get(f"{PAGE}/{made.id}/list")
    assert answer.content_type == "application/pdf"
    printed = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages)
    assert "Shipments: 2" in printed
    assert all(number in printed for number in ("P1-1", "P2-1"))
    assert log_in(STRANGER).get(f"{PAGE}/{made.id}/list").status_code == 404


def test_two_accounts_of_one_carrier_are_told_apart(dock: Dock, log_in: LogIn) -> None:
    dock.nickname("CV vans")
    owner = log_in(OWNER)
    assert "paid · CV vans Madrid 2 2 Create manifest paid · CV vans, Madrid" in words_of(owner.get(PAGE))
    handed_over = words_of(press(owner, PAGE, PAGE))
    assert "paid · CV vans Madrid 2 Made Hand-over list paid · CV vans · Carrier's manifest paid · CV vans" in handed_over


def test_nothing_is_handed_over_twice(log_in: LogIn) -> None:
    owner = log_in(OWNER)
    press(owner, PAGE, PAGE)
    assert "There is nothing to hand over" in words_of(press(owner, PAGE, PAGE))


def test_a_carrier_that_has_not_answered_is_said_so(dock: Dock, log_in: LogIn) -> None:
    dock.manifesting.fails_after["make_manifest"] = [NO_ANSWER]
    owner = log_in(OWNER)
    after = words_of(press(owner, PAGE, PAGE))
    assert "A carrier has not answered yet" in after
    assert "Not known yet the carrier did not answer." in after
    [made] = dock.hand_over_list()
    assert "The manifest is not made" in words_of(owner.get(f"{PAGE}/{made.id}/list", follow_redirects=True))
    assert "The manifest is not made" in words_of(owner.get(f"{PAGE}/{made.id}/manifest", follow_redirects=True))


def test_what_a_carrier_refuses_is_ready_again(dock: Dock, log_in: LogIn) -> None:
    dock.manifesting.fails_before["make_manifest"] = [TOO_FAR]
    after = words_of(press(log_in(OWNER), PAGE, PAGE))
    assert "The carrier does not go there." in after
    assert "paid Madrid 2 2 Create manifest paid, Madrid" in after


def test_each_line_is_handed_over_by_itself(dock: Dock, log_in: LogIn) -> None:
    dock.take_back(dock.buy("1"))
    add_location(dock.app, dock.shop.merchant.slug, code="dock", country="ES", city="Getafe", postal_code="28901")
    dock.buy("1", replace(STANDARD, parcels=replace(STANDARD.parcels, ship_from="dock")))
    owner = log_in(OWNER)
    first, _ = re.findall(r'name="group" value="(\w+)"', owner.get(PAGE).text)

    after = words_of(press(owner, PAGE, PAGE, group=first))

    assert "1 manifest is made" in after
    [made] = dock.hand_over_list()
    left = ({"Getafe", "Madrid"} - {made.ship_from.city}).pop()
    assert f"paid {left} 1 1 Create manifest paid, {left}" in after
