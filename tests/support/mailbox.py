"""The mails that somebody got, as a test reads them: they wait, since nothing takes them away."""

from __future__ import annotations

from engine.application import Application
from engine.model.account import SERVICE_ACCOUNT
from engine.model.mail import Mail


def mails_to(app: Application, address: str) -> list[Mail]:
    """Whoever wrote them, the newest last."""
    with app.reading() as uow:
        writers = [SERVICE_ACCOUNT, *(account.id for account in uow.accounts.list_all())]
        entries = [entry for writer in writers for entry in uow.mails.list_entries(writer, after=None, limit=100)]
        found = [uow.mails.get(entry.account_id, entry.id) for entry in entries if entry.to_address == address]
    return sorted(found, key=lambda mail: (mail.created_at, mail.id))


def path_in(mail: Mail) -> str:
    """Where its link leads."""
    assert mail.content is not None
    assert mail.content.link is not None
    return mail.content.link.path


def token_in(mail: Mail) -> str:
    return path_in(mail).rpartition("/")[2]


def last_to(app: Application, address: str) -> Mail:
    return mails_to(app, address)[-1]
