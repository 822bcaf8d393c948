"""What is typed into a form is not lost: neither by leaving the page nor by a session that has ended."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Dialog, Page, expect
from support.chromium import enter, looks_right
from support.shop import OWNER, PASSWORD

from engine.services.accounts.web_sessions import end_all_sessions

pytestmark = pytest.mark.browser
PROFILE = "/settings/profile"


def answered(page: Page, *, leave: bool) -> list[str]:
    """The kinds of questions that the browser asks from here on, each answered."""
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        if leave:
            dialog.accept()
        else:
            dialog.dismiss()

    page.on("dialog", answer)
    return asked


def test_who_leaves_a_form_with_what_is_not_saved_is_asked_first(page: Page, site: Any) -> None:
    enter(page, site.url, OWNER)
    asked = answered(page, leave=True)
    page.goto(site.url + PROFILE)
    page.goto(f"{site.url}/holds")
    assert asked == [], "nothing was entered"

    page.goto(site.url + PROFILE)
    page.get_by_label("Time zone").select_option("Asia/Tokyo")
    page.get_by_label("Time zone").select_option("")
    page.goto(f"{site.url}/holds")
    assert asked == [], "it is as it was"

    page.goto(site.url + PROFILE)
    page.get_by_label("Time zone").select_option("Asia/Tokyo")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Your profile is saved.")).to_be_visible()
    assert asked == [], "it was sent"

    page.get_by_label("Spanish").or_(page.get_by_label("Español")).first.check()
    page.goto(f"{site.url}/holds")
    assert asked == ["beforeunload"]


def test_who_was_logged_out_finds_the_form_filled_in_after_the_log_in(page: Page, site: Any) -> None:
    enter(page, site.url, OWNER)
    page.goto(site.url + PROFILE)
    page.get_by_label("Time zone").select_option("Asia/Tokyo")
    with site.shop.app.reading() as uow:
        [user] = uow.users.list_by_email(OWNER)
    end_all_sessions(site.shop.app, user, user.id)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("what you entered is kept")).to_be_visible()
    looks_right(page)
    page.get_by_label("E-mail address").fill(OWNER)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()

    expect(page.get_by_text("is in the form again")).to_be_visible()
    expect(page).to_have_url(site.url + PROFILE)
    expect(page.get_by_label("Time zone")).to_have_value("Asia/Tokyo")
    looks_right(page)
    with site.shop.app.reading() as uow:
        assert uow.users.list_by_email(OWNER)[0].time_zone is None
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Your profile is saved.")).to_be_visible()
    with site.shop.app.reading() as uow:
        assert uow.users.list_by_email(OWNER)[0].time_zone == "Asia/Tokyo"
