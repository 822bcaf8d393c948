"""What a first visit costs somebody with a slow line."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser, Page
from support.chromium import enter
from support.shop import OWNER, ready

MOST_BYTES = 150_000


def test_a_first_visit_of_the_log_in_and_the_orders_takes_less_than_150_kilobytes(chromium: Browser, site: Any) -> None:
    site.shop.import_all(*(ready(str(number)) for number in range(7001, 7026)))
    context = chromium.new_context()
    page = context.new_page()
    sizes = listen(page)
    enter(page, site.url, OWNER)
    page.wait_for_load_state("networkidle")
    assert page.get_by_role("row").count() > 25
    assert sum(sizes.values()) < MOST_BYTES, sizes
    before = len(sizes)
    page.get_by_role("link", name="Settings").first.click()
    page.wait_for_load_state("networkidle")
    assert len(sizes) == before + 1, "what is the same on every page is there already"
    context.close()


def listen(page: Page) -> dict[str, int]:
    """Bytes that came over the wire with each answer, heads included, by its number and address."""
    addresses: dict[str, str] = {}
    sizes: dict[str, int] = {}
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.on("Network.responseReceived", lambda event: addresses.update({event["requestId"]: event["response"]["url"]}))

    def note(event: dict[str, object]) -> None:
        size = int(str(event["encodedDataLength"]))
        if size:
            sizes[f"{len(sizes)} {addresses.get(str(event['requestId']), '')}"] = size

    wire.on("Network.loadingFinished", lambda event: note(event))
    return sizes
