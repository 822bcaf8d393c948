"""Every page that somebody comes to by links: it fits every window, can be read in both themes, and shows where the focus is."""

from __future__ import annotations

from collections import deque
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from support.chromium import TOO_PALE, enter, fits, problems_of
from support.page_walk import endpoint_of, furnish
from support.pages import pages_over
from support.shop import OWNER, PROVIDER

pytestmark = pytest.mark.browser

WIDTHS = (1280, 390, 320)
LINKS = """() => [...document.querySelectorAll("a[href]")].map((link) => link.href)"""
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


def is_a_page(page: Page, url: str) -> bool:
    answer = page.request.get(url)
    assert answer.ok, f"{url}: {answer.status}"
    return answer.headers["content-type"].startswith("text/html") and "<html" in answer.text()


@pytest.mark.parametrize("email", [OWNER, PROVIDER])
def test_every_page_fits_can_be_read_in_both_themes_and_shows_the_focus(chromium: Browser, site: Any, email: str) -> None:
    furnish(site.shop)
    web = pages_over(site.shop.app, site.shop.database)
    context = chromium.new_context(locale="en-GB", reduced_motion="reduce")
    page = context.new_page()
    enter(page, site.url, email)
    wrong: list[str] = []
    seen = {"static", "session.log_out"}
    to_see = deque([f"{site.url}/orders", f"{site.url}/settings"])
    while to_see:
        url = to_see.popleft()
        endpoint = endpoint_of(web, url)
        if urlsplit(url).netloc != urlsplit(site.url).netloc or endpoint in seen or endpoint is None:
            continue
        seen.add(endpoint)
        if not is_a_page(page, url):
            continue
        wrong += look_at(page, url)
        to_see += [urljoin(url, link) for link in page.evaluate(LINKS)]
    context.close()
    assert not wrong, "\n".join(wrong)
    assert len(seen) > {OWNER: 60, PROVIDER: 55}[email], "the walk has lost its way"


def look_at(page: Page, url: str) -> list[str]:
    """What is wrong with a page. Axe's rules of every level, where the layout differs; of the dark theme only the colours do."""
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    page.goto(url)
    wrong = problems_of(page)
    for theme in ("light", "dark"):
        page.evaluate("theme => { document.documentElement.dataset.bsTheme = theme; }", theme)
        wrong += [f"{url}: {theme}: {text}" for text in page.evaluate(TOO_PALE)]
    colours = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
    found = Axe().run(page, options=colours).response["violations"]
    wrong += [f"{url}: dark: {one['id']}: {one['nodes'][0]['html']}" for one in found]
    page.keyboard.press("Tab")  # from here on the browser shows the focus, as to whoever uses the keyboard
    wrong += [f"{url}: no frame: {one}" for one in page.evaluate(NO_FRAME)]
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if not fits(page):
            wrong.append(f"{url}: sticks out at {width}")
    return wrong + [f"{WIDTHS[-1]}: {one}" for one in problems_of(page)]
