"""Repositories of mails and of what their readers want, and what takes mails away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from engine.model.mail import Mail, MailEntry, MailKind, MailMode, MailReader
from engine.model.redaction import Redaction
from engine.model.store_preferences import StoreLogo
from rules.messages import Message


class Mails(Protocol):
    """An account is the one that writes, but for what names a person too: then it is that person's."""

    def add(self, mail: Mail) -> bool:
        """Keep a mail; one whose id is there already stays as it is. Whether it is new."""

    def get(self, account_id: str, mail_id: str, *, for_change: bool = False) -> Mail:
        """Raises NotFound. With `for_change` nobody else gets it for that until this transaction has ended."""

    def update(self, mail: Mail) -> None:
        """How far it has come. What it says never changes; without content, that is no longer kept."""

    def call_off(self, account_id: str, mail_id: str) -> bool:
        """Delete a mail that was not sent. Whether there was one."""

    def list_entries(self, account_id: str, *, after: str | None, limit: int) -> list[MailEntry]:
        """What the account has written, newest first, from the one on that comes after another."""

    def list_to(self, account_id: str, user_id: str, *, after: str | None, limit: int) -> list[Mail]:
        """What was written to a person, by whomever, in the same order."""

    def list_readers(self) -> list[MailReader]:
        """Everybody for whom mails wait to be sent together."""

    def take_for_digest(self, account_id: str, user_id: str, before: datetime) -> list[Mail]:
        """Those that wait for a person since before an instant, oldest first; nobody else takes them in this transaction."""

    def drop_for_digest(self, account_id: str, user_id: str, kind: MailKind | None = None) -> int:
        """Delete what waits for a person, of a kind or all. How many."""

    def redact(self, account_id: str, redaction: Redaction) -> list[str]:
        """Redact the account's mails; those that were to go to an address that is gone have failed. The ids of all that
        had something to redact."""

    def forget(self, before: datetime) -> list[str]:
        """Delete all mails that are older and do not wait any more; their ids."""


class MailPreferences(Protocol):
    """What people chose; of what nobody chose there is nothing."""

    def modes_of(self, account_id: str, user_id: str) -> dict[MailKind, MailMode]: ...

    def list_wanting(self, kind: MailKind, mode: MailMode) -> list[tuple[str, str]]:
        """Who has chosen a mode for a kind: the ids of accounts and of their people. Of all accounts."""

    def set_mode(self, account_id: str, user_id: str, kind: MailKind, mode: MailMode) -> None: ...


class MailSender(Protocol):
    """Takes mails to where they are read. Not for use while a transaction is open."""

    @property
    def writes_files(self) -> bool:
        """Whether mails become files instead of going anywhere."""

    def send(self, mail: Mail, base_url: str, logo: StoreLogo | None = None) -> None:
        """Hand a mail over, its link below an address, with the logo of its brand. Sent twice it is recognisably the same one.

        Raises MailRefused when it never can be, MailUnavailable when that may work later.
        """

    def forget(self, mail_ids: Sequence[str]) -> None:
        """Remove what was kept of these mails besides the database; some may be unknown."""


class MailRefused(Exception):
    """This mail will not be taken, however often it is tried."""

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message


class MailUnavailable(Exception):
    """Mails cannot be handed over at the moment."""

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message
