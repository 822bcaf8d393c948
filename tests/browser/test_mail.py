"""The page of mails on a desk and on a phone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from support.chromium import TOO_PALE, fits, log_in, speak
from support.mails import BUYER, SeenMails, post, sending_by, user_of
from support.shop import OWNER

from engine.model.mail import MailContent, MailKind, MailLink, MailMode, Recipient
from engine.ports import MailRefused
from engine.services.mail.preferences import list_modes
from rules.messages import Message, Text

pytestmark = pytest.mark.browser


def test_mails_are_chosen_read_and_sent_again(page: Page, site: Any, complaints: Any) -> None:
    said = Text(f"550 5.1.1 {'no-such-user-' * 20}", f"550 5.1.1 {'no-such-user-' * 20}")
    mails = SeenMails(failure=MailRefused(Message("x", said)))
    sending_by(site.shop, mails)
    post(site.shop, to=Recipient(f"{'a-long-name-' * 10}{BUYER}", None, "en"))
    site.shop.work_off()
    mails.failure = None
    link = MailLink("Open", f"/orders/{'x' * 300}")
    post(site.shop, MailKind.REQUEST_REJECTED, content=MailContent("A request was rejected", ("Look at it.",), link))
    site.shop.work_off()
    log_in(page, site.url, OWNER)
    expect(page.get_by_role("heading", name="Orders", exact=True)).to_be_visible()

    page.goto(f"{site.url}/settings/mail")
    expect(page.get_by_role("heading", name="Mail", exact=True)).to_be_visible()
    page.get_by_text("A request was rejected").click()
    expect(page.get_by_text("Look at it.")).to_be_visible()
    assert fits(page)
    assert page.evaluate(TOO_PALE) == []
    page.get_by_label("Notice about a store").select_option("daily")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved: you get mails as you chose.")).to_be_visible()
    expect(page.get_by_label("Notice about a store")).to_have_value("daily")
    assert list_modes(site.shop.app, user_of(site.shop))[MailKind.STORE_NOTICE] is MailMode.DAILY

    speak(page, "es")
    page.get_by_role("row", name="no-such-user").get_by_role("button", name="Volver a enviar").click()
    expect(page.get_by_text("El correo se vuelve a enviar enseguida.")).to_be_visible()
    expect(page.get_by_text("Por enviar")).to_be_visible()
    assert fits(page)
    assert page.evaluate(TOO_PALE) == []
    assert complaints.found == []
