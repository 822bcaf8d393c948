"""Pages where credentials were sealed with a key that was lost: they can be seen, and entered anew."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from support.browsing import press, words_of
from support.examples import NOON
from support.sandbox_shop import STORE_PASSWORD, SandboxShop
from support.shop import OWNER

from engine.model.mail import Mail, MailContent, MailKind
from engine.ports import StoreUnavailable
from engine.services.importing.import_store import import_store
from engine.services.kept_credentials import can_be_read
from storage.secret_box import SecretBox

LogIn = Callable[[str], FlaskClient]


@pytest.fixture
def lost(shop: SandboxShop) -> SandboxShop:
    """The store's credentials and a mail to its owner lie there under a key that is not there."""
    sealed = {"sealed": SecretBox([b"x" * 32]).seal(b"{}")}
    with shop.app.unit_of_work() as uow:
        owner = next(user for user in uow.users.list_for(shop.merchant.id) if user.email == OWNER)
        content = MailContent("Subject", ("Words",))
        mail = Mail("mai_1", shop.merchant.id, OWNER, MailKind.STORE_NOTICE, "en", NOON, content, owner.id, shop.merchant.id)
        uow.mails.add(mail)
        uow.commit()
    with shop.database.begin() as connection:
        connection.execute(text("UPDATE stores SET sealed_credentials = :sealed"), sealed)
        connection.execute(text("UPDATE mails SET sealed_content = :sealed"), sealed)
    return shop


def test_an_import_fails_with_a_sentence_on_the_stores_page(lost: SandboxShop, log_in: LogIn) -> None:
    with pytest.raises(StoreUnavailable):
        import_store(lost.app, lost.merchant.id, lost.store.id)
    client = log_in(OWNER)
    assert "encrypted with another RELEVO_SECRET_KEY" in words_of(client.get(f"/stores/{lost.store.id}"))
    for page in ("", "/settings", "/reconnect", "/disconnect"):
        assert client.get(f"/stores/{lost.store.id}{page}").status_code == 200


def test_new_credentials_are_taken(lost: SandboxShop, log_in: LogIn) -> None:
    address = f"/stores/{lost.store.id}/reconnect"
    answer = press(log_in(OWNER), address, address, username="u@example.com", password=STORE_PASSWORD)
    assert "The store accepts the new credentials." in words_of(answer)
    with lost.app.reading() as uow:
        assert can_be_read(uow.stores.get(lost.merchant.id, lost.store.id).credentials)


def test_a_mail_that_cannot_be_read_is_shown_as_such(lost: SandboxShop, log_in: LogIn) -> None:
    page = log_in(OWNER).get("/settings/mail")
    assert page.status_code == 200
    assert "What it says cannot be read" in words_of(page)
