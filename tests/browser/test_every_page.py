"""Every page that somebody comes to by links fits every window, can be read in both themes, shows the focus, looks as it did."""

from __future__ import annotations

import random
from itertools import count
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, ViewportSize, expect
from support.album import ACCEPTING, Album
from support.browsing import press, send_log_in
from support.busy_shop import open_for_business
from support.chromium import TOO_PALE, enter, fits, log_in, problems_of, speak
from support.clock import FixedClock
from support.every_page import FoundPage, furnish, one_of_each
from support.mailbox import last_to, path_in
from support.pages import pages_over
from support.partners import MEMBER, add_member, user_of
from support.shop import OWNER, PASSWORD, PROVIDER, RULES, Shop

from engine.model import ids
from engine.services.accounts.invitations import invite_colleague
from engine.services.accounts.own_password import ask_for_reset
from engine.services.accounts.sign_up import SignUp, ask_to_sign_up
from engine.services.deciding.publish_rules import publish_rules
from engine.services.drafting.open_set import find_open_set
from engine.services.drafting.save_draft import save_draft
from rules.messages import LANGUAGES

pytestmark = pytest.mark.browser

DESK: ViewportSize = {"width": 1280, "height": 900}
WIDTHS = (1280, 390, 320)
BUSY = "busy"  # the merchant, after a long day
SEVERAL = "of_several"  # a person of two accounts, who has to say which
LOST = FoundPage("not_found", "/not-here", "")
OTHERWISE = {
    *("connections.show", "end_of_day.index", "inbox.index", "orders.index", "orders.show", "orders.history"),
    *("products.index", "settings.index", "start.index", "statements.index", "stores.index"),
}
"""What a 3PL sees otherwise than a merchant. Of the other pages that both have one picture is enough."""
SELDOM = {
    *("bulk.show", "labels.confirm_all", "labels.show_batch", "statements.show", "settings.show_list", "products.movements"),
    *("orders.cancel_form", "orders.combine_form", "orders.split_form", "orders.unship", "rules.adopted", "rules.offered"),
    *("rules.backtest_difference", "rules.show_backtest", "rules.compare", "rules.publish", "rules.restore"),
}
"""Pages about what a shop has in which everything has happened; the other pages are looked at in a shop that one can take in."""
# And of how many pages each sees more.
PEOPLE = {
    "visitor": (None, 6),
    "merchant": (OWNER, 62),
    "provider": (PROVIDER, 57),
    BUSY: (OWNER, len(SELDOM) - 1),
    SEVERAL: (MEMBER, 0),
}
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36"
NO_FRAME = """() => {
  const found = [];
  const all = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  for (const one of document.querySelectorAll(all)) {
    if (!one.checkVisibility({checkVisibilityCSS: true}) || one.disabled) continue;
    one.focus();
    if (document.activeElement !== one) continue;
    const framed = [one, one.closest(".code-editor")].filter(Boolean).some((element) => {
      const style = getComputedStyle(element);
      return style.outlineStyle === "solid" && parseFloat(style.outlineWidth) >= 2;
    });
    if (!framed) found.push(one.outerHTML.slice(0, 150));
  }
  return found;
}"""
"""What can have the focus, and has no frame when it has it."""

LET_SETTLE = """
  let underway = 0;
  window.settled = () => new Promise((seen) => {
    const look = () => (underway ? requestAnimationFrame(look) : seen());
    look();
  });
  const ask = window.fetch;
  window.fetch = async (...asked) => {
    underway += 1;
    const done = () => requestAnimationFrame(() => requestAnimationFrame(() => { underway -= 1; }));
    try {
      const answer = await ask(...asked);
      answer.clone().text().finally(done);
      return answer;
    } catch (failure) {
      done();
      throw failure;
    }
  };
"""
"""Lets one wait for what a page asks for by itself and has not shown yet, as the editor of rules does."""

SAME_IDS = """() => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    const same = text.data.replace(/(?<=[a-z]{3}_)[0-9a-f]{26}/g, (id) => "0".repeat(id.length));
    if (same !== text.data) text.data = same;
  }
}"""
"""Writes all identifiers alike: accounts have theirs from before the test began."""


@pytest.fixture
def same_site(site: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A site that makes the same identifiers in every run, since some pages show them."""
    instants = count(1_772_443_800_000_000_000, 1_000)
    monkeypatch.setattr(ids, "time", SimpleNamespace(time_ns=lambda: next(instants)))
    monkeypatch.setattr(ids, "_source", random.Random(1))
    return site


def pages_of(web: Flask, email: str | None) -> list[FoundPage]:
    """What somebody comes to, and what they see of an address where nothing is."""
    client = web.test_client()
    if email is None:
        return [*one_of_each(web, client), LOST]
    send_log_in(client, email)
    found = one_of_each(web, client)
    press(client, "/orders", "/log-out")  # one of the pages lists who is logged in
    return [*found, LOST]


def by_mail(shop: Shop) -> list[FoundPage]:
    """What links in mails lead to, each of which works once, and one that works no more."""
    app, somebody = shop.app, "eva@example.com"
    ask_for_reset(app, OWNER)
    ask_to_sign_up(app, SignUp("Flor", "ES", None, somebody, PASSWORD, "en"))
    begun = path_in(last_to(app, somebody))
    invite_colleague(app, shop.merchant.id, by=None, email=somebody, role="member")
    return [
        FoundPage("passwords.choose", path_in(last_to(app, OWNER)), ""),
        FoundPage("sign_up.confirm", begun, ""),
        FoundPage("joining.join", path_in(last_to(app, somebody)), ""),
        FoundPage("joining.ended", "/join/nothing", ""),
    ]


def change_the_rules(shop: Shop) -> None:
    """A second version is published, and a draft says something else again."""
    slug, owner = shop.merchant.slug, user_of(shop, OWNER)
    publish_rules(shop.app, slug, RULES.replace(b"value: 500", b"value: 800"))
    with shop.app.reading() as uow:
        opened = find_open_set(uow, shop.merchant.id, slug)
    document = opened.document.replace("value: 800", "value: 900")
    save_draft(shop.app, shop.merchant.id, slug, document, opened.seen, owner.id)


def seldom_seen(web: Flask, shop: Shop) -> list[FoundPage]:
    """What the merchant sees of pages that the other walks do not come to."""
    orders = {number: f"/orders/{shop.order_id(number)}" for number in ("7000", "7001", "7014")}
    forms = (
        *(f"{orders['7000']}/cancel", f"{orders['7001']}/combine", f"{orders['7001']}/split", f"{orders['7014']}/unship"),
        *("/orders/labels", "/rules/casa-verde/publish", "/rules/versions/compare?set=casa-verde&before=1&after=2"),
        "/rules/versions/restore?set=casa-verde&number=1",
    )
    client = web.test_client()
    send_log_in(client, OWNER)
    found = one_of_each(web, client, begin=(*forms, "/orders", "/settings"))
    press(client, "/orders", "/log-out")
    return [one for one in found if one.endpoint in SELDOM]


@pytest.mark.parametrize("whose", PEOPLE)
def test_every_page_fits_can_be_read_in_both_themes_shows_the_focus_and_looks_as_it_did(
    chromium: Browser, same_site: Any, clock: FixedClock, whose: str
) -> None:
    email, least = PEOPLE[whose]
    site, shop = same_site, same_site.shop
    if whose == BUSY:
        open_for_business(shop, clock)
        change_the_rules(shop)
        web = pages_over(shop.app, shop.database)
        found = seldom_seen(web, shop)
    elif whose == SEVERAL:
        for account in (shop.merchant, shop.provider):
            add_member(shop, account.slug)
        found = [FoundPage("session.choose_account", "/accounts", "")]
    else:
        furnish(shop)
        web = pages_over(shop.app, shop.database)
        found = pages_of(web, email)
    if email is None:
        found += by_mail(shop)
    assert len(found) > least, "the walk has lost its way"
    known = {one.endpoint for one in pages_of(web, OWNER)} - OTHERWISE if whose == "provider" else set()
    context = chromium.new_context(locale="en-GB", reduced_motion="reduce", user_agent=AGENT, viewport=DESK)
    context.add_init_script(LET_SETTLE)
    page = context.new_page()
    if email is None:
        page.goto(f"{site.url}/log-in")
    elif whose == SEVERAL:
        log_in(page, site.url, email)
        expect(page.get_by_role("heading", name="Choose an account")).to_be_visible()
    else:
        enter(page, site.url, email)
    wrong = []
    for language in LANGUAGES:
        speak(page, language)
        album = Album(whose, language)
        for one in found:
            is_pictured = one.endpoint not in known
            is_examined = language == "en" and not ACCEPTING  # what may be wrong in the other language, the pictures show
            if is_pictured or is_examined:
                page.goto(site.url + one.address)
                page.evaluate("settled()")
                page.evaluate(SAME_IDS)
            if is_pictured:
                wrong += album.look_at(page, one.endpoint)
            if is_examined:
                wrong += look_at(page)
        wrong += album.close()
    context.close()
    assert not wrong, "\n".join(wrong)


def look_at(page: Page) -> list[str]:
    """What is wrong with a page. Axe's rules of every level, where the layout differs; of the dark theme only the colours do."""
    url = urlsplit(page.url).path
    page.set_viewport_size(DESK)
    wrong = problems_of(page)
    for theme in ("light", "dark"):
        page.evaluate("theme => { document.documentElement.dataset.bsTheme = theme; }", theme)
        wrong += [f"{url}: {theme}: {text}" for text in page.evaluate(TOO_PALE)]
    wrong += [f"dark: {one}" for one in problems_of(page, runOnly=["color-contrast", "link-in-text-block"])]
    page.keyboard.press("Tab")  # from here on the browser shows the focus, as to whoever uses the keyboard
    wrong += [f"{url}: no frame: {one}" for one in page.evaluate(NO_FRAME)]
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if not fits(page):
            wrong.append(f"{url}: sticks out at {width}")
    return wrong + [f"{WIDTHS[-1]}: {one}" for one in problems_of(page)]
