"""The header of every page takes one line on all but phones, in both languages, and nothing in it wraps."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser
from support.chromium import enter, fits, speak
from support.shop import OWNER, PROVIDER

from rules.messages import LANGUAGES

pytestmark = pytest.mark.browser

PHONES = (320, 390)  # the account has a line of its own there
WIDTHS = (*PHONES, *range(500, 1460, 40))
LINES = """() => {
  const tops = [...document.querySelectorAll(".top-inner > *")]
    .filter((one) => one.checkVisibility()).map((one) => one.getBoundingClientRect())
    .filter((box) => box.height > 0);
  const wrapped = [...document.querySelectorAll(".main-nav a, .top-inner .btn")].filter((one) =>
    one.checkVisibility() && one.getBoundingClientRect().height > 40).map((one) => one.textContent.trim());
  const lowest = Math.min(...tops.map((box) => box.bottom));
  return {lines: tops.every((box) => box.top < lowest), wrapped, height: document.querySelector(".top").offsetHeight};
}"""


@pytest.mark.parametrize("email", [OWNER, PROVIDER])
def test_the_header_takes_one_line_and_nothing_in_it_wraps(chromium: Browser, site: Any, email: str) -> None:
    context = chromium.new_context(locale="en-GB")
    page = context.new_page()
    enter(page, site.url, email)
    page.goto(f"{site.url}/settings")
    wrong = []
    for language in LANGUAGES:
        speak(page, language)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 700})
            found = page.evaluate(LINES)
            if not (found["lines"] or width in PHONES) or found["wrapped"] or not fits(page):
                wrong.append(f"{language}, {width}: {found}")
        page.set_viewport_size({"width": 1400, "height": 700})
    context.close()
    assert not wrong, "\n".join(wrong)
