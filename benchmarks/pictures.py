"""The pictures in `docs/images`, taken anew of a demo that this starts: `make pictures`."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
PORT = os.environ.get("RELEVO_PORT", "8390")
SERVES = f"http://127.0.0.1:{PORT}"
LOG_IN = re.compile(r"Casa Verde: (\S+)  password (\S+)")
HANDED_OVER = re.compile(r"^Delegated \d+ orders")  # the last line of the first import
PICTURES = {"orders": ("/orders", 1366, 850), "store": (None, 1180, 820)}  # page, or the first store's; width, height


@contextmanager
def demo(folder: str) -> Iterator[tuple[str, str]]:
    """A new demo whose orders have come: the merchant's address and password."""
    settings = {"RELEVO_DATA_DIR": folder, "RELEVO_PORT": PORT, "RELEVO_LANGUAGE": "en", "RELEVO_LOG_LEVEL": "error"}
    settings["PYTHONUNBUFFERED"] = "1"
    command = [sys.executable, "app.py", "serve"]
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ, **settings}, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield _log_in(process)
        finally:
            process.terminate()


def _log_in(process: subprocess.Popen[str]) -> tuple[str, str]:
    found = None
    assert process.stdout is not None
    for line in process.stdout:
        found = LOG_IN.search(line) or found
        if HANDED_OVER.match(line) and found is not None:
            return found[1], found[2]
    sys.exit("The demo ended before its orders had come.")


def take(browser: Browser, name: str, email: str, password: str) -> None:
    """One picture."""
    address, width, height = PICTURES[name]
    page = browser.new_page(viewport={"width": width, "height": height}, locale="en-GB")
    page.goto(SERVES)
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("button", name="Log out").wait_for()
    page.goto(SERVES + (address or "/stores"))
    if address is None:
        page.locator(".grid .order-link").first.click()
        page.wait_for_load_state()
    page.screenshot(path=IMAGES / f"{name}.png")
    page.close()


def main() -> None:
    names = ("chromium", "chromium-browser", "chromium-headless-shell")
    chromium = next(filter(None, map(shutil.which, names)), None)
    if chromium is None:
        sys.exit("Chromium is not installed: apt-get install chromium, or make test INSTALL=1")
    with tempfile.TemporaryDirectory() as folder, demo(folder) as (email, password), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--headless", "--no-sandbox", "--disable-gpu"])
        for name in PICTURES:
            take(browser, name, email, password)
            print(IMAGES / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
