"""What is typed in the rule editor is saved by itself, and is never lost: not offline, not where two people edit one rule."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, expect
from support.chromium import enter, looks_right, speak
from support.partners import add_member, user_of
from support.rule_form import SET, opened, rule_now
from support.shop import OWNER, PASSWORD

from engine.services.accounts.web_sessions import end_all_sessions
from engine.services.drafting.open_set import open_set
from engine.services.drafting.save_draft import save_draft
from rules.editing import DraftText

pytestmark = pytest.mark.browser

DOCUMENT = """\
set: casa-verde
rules:
  - id: a
    name: A
    when: {field: order_total, is: at_least, value: 5}
    then: [{do: add_tag, tag: big}]
  - {id: b, name: B, when: always, then: []}
"""


@pytest.fixture
def draft(site: Any) -> Any:
    shop = site.shop
    found = open_set(shop.app, shop.merchant.id, SET)
    save_draft(shop.app, shop.merchant.id, SET, DOCUMENT, found.seen, user_of(shop, OWNER).id)
    return shop


def is_autosave(request: Request) -> bool:
    return request.url.endswith("/autosave")


def type_name(page: Page, name: str) -> None:
    """Type into the name of the rule, and wait until that is saved."""
    with page.expect_response(lambda answer: is_autosave(answer.request) and answer.ok):
        page.get_by_label("Name", exact=True).fill(name)
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_what_is_typed_is_saved_and_undone_step_by_step(page: Page, site: Any, draft: Any, complaints: Any) -> None:
    enter(page, site.url, OWNER)
    page.goto(f"{site.url}/rules/{SET}/a")
    page.get_by_label("Name", exact=True).fill("")
    with page.expect_response(lambda answer: is_autosave(answer.request) and answer.ok):
        page.get_by_label("Name", exact=True).press_sequentially("Large orders")
    expect(page.locator("#saved")).to_have_text(re.compile(r"^Saved at .*\d"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Large orders")
    with page.expect_response(lambda answer: is_autosave(answer.request) and answer.ok):
        page.locator('[id="when:value"]').fill("60")
    expect(page.locator("#said")).to_contain_text("60")
    assert (rule_now(draft)["name"], rule_now(draft)["when"]["value"]) == ("Large orders", 60)
    looks_right(page)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator('[id="when:value"]')).to_have_value("5")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Large orders")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("A")
    page.get_by_role("button", name="Redo").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Large orders")
    assert [one for one in complaints.found if "favicon" not in one] == []


def test_undo_and_links_take_along_what_was_typed_a_moment_before(page: Page, site: Any, draft: Any) -> None:
    enter(page, site.url, OWNER)
    page.goto(f"{site.url}/rules/{SET}/a")
    page.get_by_label("Name", exact=True).fill("Left at once")
    page.get_by_role("link", name="Publish…").click()
    expect(page.get_by_label("Note")).to_be_visible()
    assert rule_now(draft)["name"] == "Left at once"
    page.goto(f"{site.url}/rules/{SET}/a")
    page.get_by_label("Name", exact=True).fill("Not meant")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Left at once")
    assert rule_now(draft)["name"] == "Left at once"


def test_a_rule_whose_id_is_typed_is_at_its_new_address(page: Page, site: Any, draft: Any) -> None:
    enter(page, site.url, OWNER)
    page.goto(f"{site.url}/rules/{SET}/a")
    page.locator("summary", has_text="Id, group").click()
    with page.expect_response(lambda answer: is_autosave(answer.request) and answer.ok):
        page.get_by_label("Id", exact=True).fill("large")
    expect(page).to_have_url(f"{site.url}/rules/{SET}/large")
    type_name(page, "Large")
    page.reload()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Large")


def test_offline_it_says_so_keeps_what_was_typed_asks_and_tries_again(page: Page, site: Any, draft: Any) -> None:
    page.on("dialog", lambda dialog: dialog.dismiss())
    enter(page, site.url, OWNER)
    page.goto(f"{site.url}/rules/{SET}/a")
    page.context.set_offline(True)
    page.get_by_label("Name", exact=True).fill("Kept")
    expect(page.locator("#not-saved-yet")).to_contain_text("Not saved")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Kept")
    with page.expect_event("dialog") as asked:
        page.evaluate("setTimeout(() => window.location.assign('/rules'), 0)")
    assert asked.value.type == "beforeunload"
    assert rule_now(draft)["name"] == "A"
    with page.expect_response(lambda answer: is_autosave(answer.request) and answer.ok):
        page.context.set_offline(False)
    expect(page.locator("#not-saved-yet")).to_be_hidden()
    assert rule_now(draft)["name"] == "Kept"


@pytest.mark.parametrize("language", ["en", "es"])
def test_two_people_at_one_rule_lose_nothing(chromium: Browser, site: Any, draft: Any, language: Any) -> None:
    add_member(draft)
    pages = []
    for _ in range(2):
        context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
        context.set_default_timeout(30_000)
        pages.append(context.new_page())
        enter(pages[-1], site.url, OWNER)
        pages[-1].goto(f"{site.url}/rules/{SET}/a")
    ann, bo = pages
    if language == "es":
        speak(bo, "es")
    type_name(ann, "Ann's name")
    with bo.expect_response(lambda answer: is_autosave(answer.request) and answer.status == 412):
        bo.locator('[id="then[0].tag"]').fill("bos-tag")
    said = {"en": "You changed this draft in another window", "es": "Has cambiado este borrador en otra ventana"}
    expect(bo.locator("#changed-meanwhile")).to_contain_text(said[language])
    looks_right(bo)
    bo.locator('[id="then[0].tag"]').fill("")  # it goes on saying what is wrong
    expect(bo.locator('[id="then[0].tag-said"]')).not_to_be_empty()
    bo.locator('[id="then[0].tag"]').fill("bos-tag")
    assert rule_now(draft)["then"] == [{"do": "add_tag", "tag": "big"}]
    bo.get_by_role("button", name={"en": "Save mine", "es": "Guardar lo mío"}[language]).click()
    expect(bo.locator(".both-sides").first).to_contain_text("Ann's name")
    expect(bo.locator(".both-sides").first).to_contain_text("bos-tag")
    bo.locator('button[value="mine"]').click()
    expect(bo.locator('[id="then[0].tag"]')).to_have_value("bos-tag")
    for one in pages:
        one.context.close()


def test_two_people_at_two_rules_both_have_theirs(chromium: Browser, site: Any, draft: Any) -> None:
    pages = []
    for rule in ("a", "b"):
        context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
        context.set_default_timeout(30_000)
        pages.append(context.new_page())
        enter(pages[-1], site.url, OWNER)
        pages[-1].goto(f"{site.url}/rules/{SET}/{rule}")
    ann, bo = pages
    type_name(ann, "Ann's")
    bo.get_by_label("Name", exact=True).fill("Bo's")
    bo.get_by_role("button", name="Save mine with those changes").click()
    expect(bo.get_by_text("Somebody else changed the draft meanwhile: it has both changes now.")).to_be_visible()
    assert [rule["name"] for rule in DraftText.read(opened(draft).document).rules] == ["Ann's", "Bo's"]
    type_name(bo, "Bo goes on")
    for one in pages:
        one.context.close()


def test_the_text_is_saved_as_one_types(page: Page, site: Any, draft: Any, complaints: Any) -> None:
    enter(page, site.url, OWNER)
    page.goto(f"{site.url}/rules/{SET}/text")
    page.locator(".ace_text-input").focus()
    page.keyboard.press("Control+End")
    with page.expect_response(lambda answer: is_autosave(answer.request) and answer.ok):
        page.keyboard.type("# the end")
    expect(page.locator("#saved")).to_contain_text("Saved at")
    page.reload()
    expect(page.locator("#document")).to_have_value(re.compile("# the end"))
    assert [one for one in complaints.found if "favicon" not in one] == []


def end_sessions(shop: Any) -> None:
    end_all_sessions(shop.app, user_of(shop, OWNER), user_of(shop, OWNER).id)


def log_in_again(page: Page) -> None:
    expect(page.get_by_text("what you entered is kept")).to_be_visible()
    page.get_by_label("E-mail address").fill(OWNER)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


@pytest.mark.parametrize("has_logged_in_elsewhere", [False, True])
def test_whose_session_has_ended_logs_in_and_goes_on_with_what_was_typed(
    page: Page, site: Any, draft: Any, has_logged_in_elsewhere: bool
) -> None:
    enter(page, site.url, OWNER)
    page.goto(f"{site.url}/rules/{SET}/a")
    type_name(page, "Large")
    end_sessions(draft)
    if has_logged_in_elsewhere:
        elsewhere = page.context.new_page()
        enter(elsewhere, site.url, OWNER)
        elsewhere.close()
    with page.expect_response(lambda answer: is_autosave(answer.request) and answer.ok):
        page.get_by_label("Name", exact=True).fill("Typed late")
        if not has_logged_in_elsewhere:
            log_in_again(page)
    expect(page.get_by_label("Name", exact=True)).to_have_value("Typed late")
    expect(page.locator("#saved")).to_have_text(re.compile(r"^Saved at"))
    expect(page.locator("#brought-back")).to_be_hidden()
    assert rule_now(draft)["name"] == "Typed late"


def test_a_text_typed_after_the_session_has_ended_is_in_the_editor_after_the_log_in(page: Page, site: Any, draft: Any) -> None:
    enter(page, site.url, OWNER)
    page.goto(f"{site.url}/rules/{SET}/text")
    end_sessions(draft)
    with page.expect_response(lambda answer: is_autosave(answer.request) and answer.ok):
        page.evaluate("ace.edit('code').setValue(ace.edit('code').getValue().replace('name: A\\n', 'name: Late\\n'))")
        log_in_again(page)
    assert "name: Late" in page.evaluate("ace.edit('code').getValue()")
    assert rule_now(draft)["name"] == "Late"


def test_what_could_not_be_saved_stands_beside_no_time_of_saving(page: Page, site: Any, draft: Any) -> None:
    enter(page, site.url, OWNER)
    page.goto(f"{site.url}/rules/{SET}/a")
    type_name(page, "Large")
    expect(page.locator("#saved")).to_have_text(re.compile(r"^Saved at"))
    page.route("**/autosave", lambda route: route.fulfill(status=403, body=""))
    page.get_by_label("Name", exact=True).fill("Refused")
    expect(page.locator("#not-saved")).to_be_visible()
    expect(page.locator("#saved")).to_have_text("")
