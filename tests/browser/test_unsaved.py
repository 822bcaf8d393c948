"""What is typed into a form is not lost: neither by leaving the page nor by a session that has ended."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Dialog, Page, expect
from support.chromium import enter, looks_right
from support.shop import OWNER, PASSWORD, overseas
from support.standing_still import listed, park, store_state

from engine.model.inbox import InboxKind
from engine.services.accounts.web_sessions import end_all_sessions
from engine.services.attention.inbox import set_done

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


def end_sessions(app: Any) -> None:
    with app.reading() as uow:
        [user] = uow.users.list_by_email(OWNER)
    end_all_sessions(app, user, user.id)


def log_in_again(page: Page) -> None:
    page.get_by_label("E-mail address").fill(OWNER)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


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
    end_sessions(site.shop.app)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("what you entered is kept")).to_be_visible()
    looks_right(page)
    log_in_again(page)

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


def test_fields_come_back_into_their_form_and_not_into_a_suggestion_before_it(page: Page, site: Any) -> None:
    shop = site.shop
    shop.import_all(overseas("1"))
    enter(page, site.url, OWNER)
    page.goto(f"{site.url}/orders/{shop.order_id('1')}?edit=fields")
    before = page.locator('#fields .offered input[type="hidden"]:not([name="csrf_token"])')
    suggested = before.evaluate_all("found => found.map((one) => one.value)")
    assert suggested, "the page has forms of the same address before the one that is filled in"
    page.get_by_label("Custom field 2", exact=True).fill("By hand")
    end_sessions(shop.app)
    page.get_by_role("button", name="Save", exact=True).click()
    log_in_again(page)

    expect(page.get_by_text("is in the form again")).to_be_visible()
    expect(page.get_by_label("Custom field 2", exact=True)).to_be_visible()
    expect(page.get_by_label("Custom field 2", exact=True)).to_have_value("By hand")
    assert before.evaluate_all("found => found.map((one) => one.value)") == suggested


@pytest.mark.parametrize("is_gone", [False, True])
def test_what_was_entered_for_one_of_a_list_comes_back_to_that_one_alone(page: Page, site: Any, is_gone: bool) -> None:
    park(site.shop)
    store_state(site.shop, failures=2)
    enter(page, site.url, OWNER)
    page.goto(f"{site.url}/inbox")
    entries = page.locator(".inbox-entry")
    expect(entries).to_have_count(2)
    expect(entries.nth(1)).to_contain_text("9001")
    hidden = page.locator('.inbox-entry input[name="entry"]')
    meant = hidden.evaluate_all("found => found.map((one) => one.value)")
    page.on("dialog", lambda dialog: dialog.accept())
    second = entries.nth(1)
    second.get_by_text("Assign or put off").click()
    second.get_by_label("Put off until").fill("2026-12-24")
    end_sessions(site.shop.app)
    second.get_by_role("button", name="Put off", exact=False).last.click()
    if is_gone:
        [entry] = [one for one in listed(site.shop) if one.kind is InboxKind.PARKED]
        set_done(site.shop.app, site.shop.merchant.id, entry.id, "ops")
    log_in_again(page)

    if is_gone:
        expect(page.get_by_role("button", name="Send it again")).to_be_visible()
        return
    expect(page.get_by_text("is in the form again")).to_be_visible()
    expect(entries.nth(1).get_by_label("Put off until")).to_have_value("2026-12-24")
    expect(entries.nth(0).get_by_label("Put off until")).to_have_value("")
    assert hidden.evaluate_all("found => found.map((one) => one.value)") == meant
