"""Sessions of people on the pages."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Label, Row, and_, bindparam, delete, exists, func, insert, select, update
from sqlalchemy.orm import aliased

from engine.model.account import Account, User
from engine.model.web_session import LoggedIn, WebSession
from storage.accounts.people import USER_COLUMNS
from storage.accounts.repositories import account_of
from storage.statements import values_of
from storage.tables import AccountRow, MembershipRow, UserRow, WebSessionRow

_FIELDS = {kind: tuple(field.name for field in fields(kind)) for kind in (WebSession, User, Account)}


class SqlWebSessions:
    """Implements `engine.ports.WebSessions`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, session: WebSession) -> None:
        self._connection.execute(insert(WebSessionRow), values_of(session))

    def find(self, token_digest: str) -> LoggedIn | None:
        found = self._connection.execute(_WHOSE, {"token": token_digest}).first()
        if found is None:
            return None
        return LoggedIn(
            WebSession(**_values(found, WebSession)),
            User(**_values(found, User)),
            account_of(_values(found, Account)),
            found._mapping[_ACCOUNTS.name],
        )

    def list_for(self, account_id: str, user_id: str) -> list[WebSession]:
        row = WebSessionRow
        query = (
            select(row)
            .where(row.account_id == account_id, row.user_id == user_id)
            .order_by(row.last_seen_at.desc(), row.token_digest)
        )
        return [WebSession(**found) for found in self._connection.execute(query).mappings()]

    def keep_seen(self, token_digest: str, seen_at: datetime, ends_at: datetime) -> None:
        seen = {"last_seen_at": seen_at, "ends_at": ends_at}
        self._connection.execute(update(WebSessionRow).where(WebSessionRow.token_digest == token_digest).values(seen))

    def end(self, token_digest: str) -> None:
        self._connection.execute(delete(WebSessionRow).where(WebSessionRow.token_digest == token_digest))

    def end_all(self, account_id: str, user_id: str) -> int:
        return self._connection.execute(
            delete(WebSessionRow).where(WebSessionRow.account_id == account_id, WebSessionRow.user_id == user_id)
        ).rowcount

    def end_everywhere(self, account_id: str, user_id: str) -> None:
        row = WebSessionRow
        belongs = exists().where(MembershipRow.account_id == account_id, MembershipRow.user_id == row.user_id)
        self._connection.execute(delete(row).where(row.user_id == user_id, belongs))

    def forget_ended(self, now: datetime) -> None:
        self._connection.execute(delete(WebSessionRow).where(WebSessionRow.ends_at <= now))


def _columns(row: type[Any], kind: type[Any]) -> list[Label[Any]]:
    """Under names of their own: the three have columns of one name."""
    return [_named(getattr(row, name), kind) for name in _FIELDS[kind]]


def _named(column: Any, kind: type[Any]) -> Label[Any]:
    label: Label[Any] = column.label(f"{kind.__name__}_{column.key}")
    return label


def _values(found: Row[*tuple[Any, ...]], kind: type[Any]) -> dict[str, Any]:
    return {name: found._mapping[f"{kind.__name__}_{name}"] for name in _FIELDS[kind]}


def _count_accounts() -> Label[int]:
    belongs, theirs = aliased(MembershipRow), aliased(AccountRow)
    open_ones = select(func.count()).join_from(belongs, theirs, theirs.id == belongs.account_id)
    return open_ones.where(belongs.user_id == UserRow.id, theirs.closed_at.is_(None)).scalar_subquery().label("accounts")


_ACCOUNTS = _count_accounts()
_WHOSE = (
    select(
        *_columns(WebSessionRow, WebSession),
        *(_named(column, User) for column in USER_COLUMNS),
        *_columns(AccountRow, Account),
        _ACCOUNTS,
    )
    .join(UserRow, UserRow.id == WebSessionRow.user_id)
    .join(MembershipRow, and_(MembershipRow.user_id == UserRow.id, MembershipRow.account_id == WebSessionRow.account_id))
    .join(AccountRow, AccountRow.id == WebSessionRow.account_id)
    .where(WebSessionRow.token_digest == bindparam("token"))
)
