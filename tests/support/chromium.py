"""What tests do in Chromium, and what they look for on every page."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect
from support.shop import PASSWORD

from rules.messages import Language


def log_in(page: Page, url: str, email: str) -> None:
    page.goto(url)
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


def open_menu(page: Page, name: str = "Menu") -> None:
    """Unfold the main navigation, where the window is too narrow for it."""
    if page.get_by_role("button", name=name, exact=True).is_visible():
        page.get_by_role("button", name=name, exact=True).click()


VIOLATIONS = """async (options) => {
  const found = await axe.run(document, {resultTypes: ["violations"], preload: false, ...options});
  return found.violations.map((one) => `${one.id}: ${one.nodes[0].html}`);
}"""
"""What axe objects to, and no more: to hand over all that it says, and what is right, takes as long as to find it."""


def problems_of(page: Page, **options: Any) -> list[str]:
    """What axe finds against WCAG, once the page is there. `options` are those of `axe.run`."""
    page.wait_for_load_state()
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return [f"{page.url}: {one}" for one in page.evaluate(VIOLATIONS, options)]


def fits(page: Page) -> bool:
    """Whether nothing sticks out of the window to the side, once the page is there: a click only waits for it to begin."""
    page.wait_for_load_state()
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


TOO_PALE = """() => {
  const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const known = new Map();
  const rgba = (colour) => {
    if (!known.has(colour)) known.set(colour, drawn(colour));
    return known.get(colour);
  };
  const drawn = (colour) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = (rgb) => {
    const part = rgb.slice(0, 3).map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * part[0] + 0.7152 * part[1] + 0.0722 * part[2];
  };
  const behind = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const colour = rgba(getComputedStyle(one).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255, 255];
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !element.checkVisibility()) continue;
    const style = getComputedStyle(element);
    const [one, other] = [light(rgba(style.color)), light(behind(element))].sort((a, b) => b - a);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    const contrast = (one + 0.05) / (other + 0.05);
    if (contrast < (large ? 3 : 4.5)) found.push(`${walker.currentNode.textContent.trim()}: ${contrast.toFixed(2)}`);
  }
  return found;
}"""


UNNAMED = """() => {
  const found = [];
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  found.push(...ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `twice: ${id}`));
  for (const field of document.querySelectorAll("input, select, textarea")) {
    if (field.type === "hidden" || field.closest("[aria-hidden=true]")) continue;
    if (!field.labels?.length && !field.getAttribute("aria-label")) found.push(`no label: ${field.name}`);
    for (const id of (field.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean))
      if (!document.getElementById(id)) found.push(`described by nothing: ${id}`);
  }
  for (const one of document.querySelectorAll("a, button")) {
    const name = one.textContent.trim() || one.getAttribute("aria-label") || one.querySelector("img[alt]");
    if (!name) found.push(`no name: ${one.outerHTML}`);
  }
  let level = 0;
  for (const heading of document.querySelectorAll("h1, h2, h3, h4")) {
    const its = Number(heading.tagName[1]);
    if (its > level + 1) found.push(`skipped a level: ${heading.textContent.trim()}`);
    level = its;
  }
  return found;
}"""


def enter(page: Page, url: str, email: str) -> None:
    """Log in and wait for the page that follows."""
    log_in(page, url, email)
    expect(page.get_by_role("button", name="Log out")).to_be_visible()


def speak(page: Page, language: Language) -> None:
    """Change the language of the pages."""
    page.get_by_role("button", name="Español" if language == "es" else "English").click()
    expect(page.locator("html")).to_have_attribute("lang", language)


def press(page: Page, role: Any, name: str) -> None:
    """Go to something by Tab alone, and press Enter."""
    wanted = page.get_by_role(role, name=name, exact=True)
    expect(wanted).to_be_visible()
    element = wanted.element_handle()  # found once: by role and name it takes longer than the key
    for _ in range(90):
        page.keyboard.press("Tab")
        if element.evaluate("element => element === document.activeElement"):
            with page.expect_navigation() if role == "link" else nullcontext():
                page.keyboard.press("Enter")
            return
    raise AssertionError(f"{name} cannot be reached by keyboard")


def looks_right(page: Page) -> None:
    """It fits, axe finds nothing, and all text can be read."""
    assert fits(page)
    assert problems_of(page) == []
    assert page.evaluate(TOO_PALE) == []
