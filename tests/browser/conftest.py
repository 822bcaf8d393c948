"""One Chromium for all tests of this folder, and the pages served to it."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright
from support.clock import FixedClock
from support.mails import SeenMails
from support.pages import pages_over
from support.sandbox_shop import NOW, SandboxShop, cheap_hasher, open_sandbox_shop, sandbox
from support.shop import Shop, open_shop
from support.trial import empty_app, trial_over

from adapters.carriers.house.carrier import HouseCarrier
from adapters.cli.serve import LONGEST_BODY_BYTES
from adapters.web.parts import EXTENSION
from adapters.web_server import WebServer
from engine.application import Application
from storage.database import Database

# The shell is Chromium without the parts of a desktop program: the same pages for less than half of the processor time.
CHROMIUM = next(filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "chromium-browser"))), None)
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-sync",
    "--font-render-hinting=none",
    "--disable-lcd-text",
]
FONTS = Path(__file__).with_name("fonts.conf")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed: apt-get install chromium, or make test INSTALL=1")
    if next(Path("/usr/share/fonts").rglob("DejaVuSans.ttf"), None) is None:
        pytest.skip("The fonts of the tests are not installed: apt-get install fonts-dejavu-core, or make test INSTALL=1")
    expect.set_options(timeout=30_000)  # a loaded machine is slow, and that is not a fault of a page's
    with sync_playwright() as playwright:
        fonts = {**os.environ, "FONTCONFIG_FILE": str(FONTS)}
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS, env=fonts)
        yield browser
        browser.close()


@dataclass
class Site:
    """The pages of a shop at an address."""

    shop: Shop | SandboxShop
    url: str


@contextmanager
def serving(web: Flask) -> Iterator[str]:
    """The address of the pages while the block runs."""
    server = WebServer(web, host="127.0.0.1", port=0, threads=6, longest_body=LONGEST_BODY_BYTES)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.stop()
    thread.join()


@pytest.fixture
def site(sqlite_database: Database, clock: FixedClock) -> Iterator[Site]:
    shop = open_shop(sqlite_database, clock)
    shop.app = replace(shop.app, carriers={"house": HouseCarrier()})
    with serving(pages_over(shop.app, sqlite_database)) as url:
        yield Site(shop, url)


@pytest.fixture
def sandbox_site(sqlite_database: Database) -> Iterator[Site]:
    """The pages of a shop whose orders come from a sandbox."""
    clock = FixedClock(NOW)
    with sandbox(clock.now) as server:
        shop = open_sandbox_shop(sqlite_database, server, clock)
        with serving(pages_over(shop.app, sqlite_database)) as url:
            yield Site(shop, url)


@dataclass
class EmptySite:
    """The pages of an installation that nobody has an account of."""

    app: Application
    url: str
    mails: SeenMails


@pytest.fixture
def empty_site(sqlite_database: Database, tmp_path: Path) -> Iterator[EmptySite]:
    mails = SeenMails()
    app = replace(empty_app(sqlite_database, tmp_path, cheap_hasher()), mail=mails)
    trial = trial_over(app, tmp_path)
    web = pages_over(app, sqlite_database)
    web.extensions[EXTENSION] = replace(web.extensions[EXTENSION], trial=trial)
    with serving(web) as url:
        yield EmptySite(app, url, mails)
    trial.stop()


@dataclass
class Complaints:
    """What the browser objected to: console errors, failed scripts, breaches of the content policy, missing files."""

    found: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        page.on("console", lambda message: self.found.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.found.append(str(error)))
        page.on("requestfailed", self._note_failure)
        page.on("request", lambda request: self._note_stranger(page, request.url))

    def _note_failure(self, request: Request) -> None:
        """What was still on its way when the test left the page is not a fault of the page."""
        if request.failure != "net::ERR_ABORTED":
            self.found.append(f"{request.failure}: {request.url}")

    def _note_stranger(self, page: Page, url: str) -> None:
        if not url.startswith(("http://127.0.0.1", "data:")):
            self.found.append(f"asks another server: {url}")


@pytest.fixture
def complaints() -> Complaints:
    return Complaints()


@pytest.fixture(params=[(1366, 850), (390, 844)], ids=["desktop", "phone"])
def page(chromium: Browser, complaints: Complaints, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A new window on a desk and on a phone."""
    width, height = request.param
    context = chromium.new_context(viewport={"width": width, "height": height}, locale="en-GB")
    context.set_default_timeout(30_000)
    page = context.new_page()
    complaints.listen(page)
    yield page
    context.close()
