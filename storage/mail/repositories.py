"""Mails and the preferences of their readers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, delete, or_, select, text, update

from engine.model.mail import Mail, MailContent, MailEntry, MailKind, MailMode, MailReader, MailState
from engine.model.redaction import ERASED, Redaction
from engine.ports import SecretsUnreadable
from rules.messages import Text
from rules.order_document import dumps, loads
from storage.bulk import insert_many
from storage.columns import UtcDateTime
from storage.errors import SecretKeyMissing
from storage.secret_box import SecretBox
from storage.statements import not_found, upsert
from storage.tables import MailPreferenceRow, MailRow, MembershipRow

_MAIL = Text("mail", "correo")
_WAITING = text(
    "SELECT reader_account_id, user_id, min(created_at) AS since FROM mails WHERE for_digest GROUP BY reader_account_id, user_id"
).columns(since=UtcDateTime())


class SqlMails:
    """Implements `engine.ports.Mails`. What mails say lies encrypted in the database."""

    def __init__(self, connection: Connection, secrets: SecretBox | None) -> None:
        self._connection = connection
        self._secrets = secrets

    def add(self, mail: Mail) -> bool:
        return insert_many(self._connection, MailRow, [self._values(mail)], keep=True) == 1

    def get(self, account_id: str, mail_id: str, *, for_change: bool = False) -> Mail:
        query = select(MailRow).where(MailRow.account_id == account_id, MailRow.id == mail_id)
        row = self._connection.execute(query.with_for_update() if for_change else query).first()
        if row is None:
            raise not_found(_MAIL, mail_id)
        return self._to_mail(row)

    def update(self, mail: Mail) -> None:
        values = self._values(mail)
        if mail.content is not None or not mail.can_be_read:
            del values["sealed_content"]  # what a mail says never changes
        self._connection.execute(
            update(MailRow).where(MailRow.account_id == mail.account_id, MailRow.id == mail.id).values(values)
        )

    def call_off(self, account_id: str, mail_id: str) -> bool:
        unsent = (MailRow.account_id == account_id, MailRow.id == mail_id, MailRow.state != MailState.SENT.value)
        return self._connection.execute(delete(MailRow).where(*unsent)).rowcount == 1

    def list_entries(self, account_id: str, *, after: str | None, limit: int) -> list[MailEntry]:
        own = MailRow.account_id == account_id
        query = self._newest(select(MailRow).where(own), own, after).limit(limit)
        return [_to_entry(row) for row in self._connection.execute(query)]

    def list_to(self, account_id: str, user_id: str, *, after: str | None, limit: int) -> list[Mail]:
        own = and_(MailRow.reader_account_id == account_id, MailRow.user_id == user_id)
        query = self._newest(select(MailRow).where(own), own, after).limit(limit)
        return [self._to_mail(row) for row in self._connection.execute(query)]

    def _newest(self, query: Select[Any], own: ColumnElement[bool], after: str | None) -> Select[Any]:
        """The newest first, from the mail on that comes after one."""
        if after is not None:
            at = self._connection.scalar(select(MailRow.created_at).where(own, MailRow.id == after))
            if at is not None:
                query = query.where(
                    MailRow.created_at <= at, or_(MailRow.created_at < at, and_(MailRow.created_at == at, MailRow.id < after))
                )
        return query.order_by(MailRow.created_at.desc(), MailRow.id.desc())

    def list_readers(self) -> list[MailReader]:
        return [MailReader(row.reader_account_id, row.user_id, row.since) for row in self._connection.execute(_WAITING)]

    def take_for_digest(self, account_id: str, user_id: str, before: datetime) -> list[Mail]:
        query = (
            select(MailRow)
            .where(
                MailRow.reader_account_id == account_id,
                MailRow.user_id == user_id,
                MailRow.for_digest,
                MailRow.created_at < before,
            )
            .order_by(MailRow.created_at, MailRow.id)
            .with_for_update()
        )
        return [self._to_mail(row) for row in self._connection.execute(query)]

    def drop_for_digest(self, account_id: str, user_id: str, kind: MailKind | None = None) -> int:
        wanted = [MailRow.reader_account_id == account_id, MailRow.user_id == user_id, MailRow.for_digest]
        if kind is not None:
            wanted.append(MailRow.kind == kind.value)
        return self._connection.execute(delete(MailRow).where(*wanted)).rowcount

    def redact(self, account_id: str, redaction: Redaction) -> list[str]:
        redacted = []
        for row in self._connection.execute(select(MailRow).where(MailRow.account_id == account_id)).all():
            mail = self._to_mail(row)
            values = _redacted(mail, redaction)
            if not mail.can_be_read:  # nobody can tell whom it names
                values["sealed_content"] = None
            if not values:
                continue
            if "content" in values:
                values["sealed_content"] = self._seal(values.pop("content"))
            self._connection.execute(update(MailRow).where(MailRow.id == mail.id).values(values))
            redacted.append(mail.id)
        return redacted

    def forget(self, before: datetime) -> list[str]:
        row = MailRow
        old = delete(row).where(row.created_at < before, row.state != MailState.WAITING.value)
        return list(self._connection.scalars(old.returning(row.id)))

    def _values(self, mail: Mail) -> dict[str, Any]:
        return {
            "id": mail.id,
            "account_id": mail.account_id,
            "reader_account_id": mail.reader_account_id,
            "user_id": mail.user_id,
            "to_address": mail.to_address,
            "kind": mail.kind.value,
            "language": mail.language,
            "sealed_content": None if mail.content is None else self._seal(mail.content),
            "state": mail.state.value,
            "for_digest": mail.for_digest,
            "attempts": mail.attempts,
            "last_error": mail.last_error,
            "created_at": mail.created_at,
            "sent_at": mail.sent_at,
        }

    def _to_mail(self, row: Row[Any]) -> Mail:
        content, can_be_read = self._open(row.sealed_content)
        return Mail(
            id=row.id,
            account_id=row.account_id,
            to_address=row.to_address,
            kind=MailKind(row.kind),
            language=row.language,
            created_at=row.created_at,
            content=content,
            user_id=row.user_id,
            reader_account_id=row.reader_account_id,
            state=MailState(row.state),
            for_digest=row.for_digest,
            attempts=row.attempts,
            last_error=row.last_error,
            sent_at=row.sent_at,
            can_be_read=can_be_read,
        )

    def _open(self, sealed: str | None) -> tuple[MailContent | None, bool]:
        """What a mail says, and whether that can be read."""
        try:
            return None if sealed is None else MailContent.from_data(loads(self._box().open(sealed))), True
        except SecretsUnreadable:
            return None, False

    def _seal(self, content: MailContent) -> str:
        return self._box().seal(dumps(content.to_data()))

    def _box(self) -> SecretBox:
        if self._secrets is None:
            raise SecretKeyMissing()
        return self._secrets


class SqlMailPreferences:
    """Implements `engine.ports.MailPreferences`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def modes_of(self, account_id: str, user_id: str) -> dict[MailKind, MailMode]:
        row = MailPreferenceRow
        query = select(row.kind, row.mode).where(row.account_id == account_id, row.user_id == user_id)
        return {MailKind(kind): MailMode(mode) for kind, mode in self._connection.execute(query)}

    def list_wanting(self, kind: MailKind, mode: MailMode) -> list[tuple[str, str]]:
        row = MailPreferenceRow
        query = select(row.account_id, row.user_id).where(row.kind == kind.value, row.mode == mode.value)
        return [
            (account_id, user_id) for account_id, user_id in self._connection.execute(query.order_by(row.account_id, row.user_id))
        ]

    def set_mode(self, account_id: str, user_id: str, kind: MailKind, mode: MailMode) -> None:
        person = MembershipRow
        known = select(person.user_id).where(person.account_id == account_id, person.user_id == user_id)
        if self._connection.execute(known).first() is None:
            return
        statement = upsert(self._connection, MailPreferenceRow)
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["account_id", "user_id", "kind"], set_={"mode": statement.excluded.mode}
            ),
            {"user_id": user_id, "kind": kind.value, "account_id": account_id, "mode": mode.value},
        )


def _to_entry(row: Row[Any]) -> MailEntry:
    state = MailState(row.state)
    again = row.sealed_content is not None and state is not MailState.WAITING
    return MailEntry(
        row.id, row.account_id, row.to_address, MailKind(row.kind), state, row.created_at, row.sent_at, row.last_error, again
    )


def _redacted(mail: Mail, redaction: Redaction) -> dict[str, Any]:
    """What is other than before. One that was still to go to an address that is gone goes nowhere."""
    values: dict[str, Any] = {}
    if redaction.finds(mail.to_address):
        values["to_address"] = ERASED
        if mail.state is MailState.WAITING:
            values |= {"state": MailState.FAILED.value, "for_digest": False}
    error = redaction.sentence(mail.last_error)
    if error != mail.last_error:
        values["last_error"] = error
    if mail.content is not None:
        content = MailContent.from_data(redaction.value(mail.content.to_data()))
        if content != mail.content:
            values["content"] = content
    return values
