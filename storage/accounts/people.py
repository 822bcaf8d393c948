"""People, the accounts they belong to, and the links that they are sent."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, delete, exists, insert, select, update

from engine.model.account import User
from engine.model.one_time_link import LinkEnd, LinkPurpose, OneTimeLink
from storage.statements import upsert, values_of
from storage.tables import AccountRow, MembershipRow, OneTimeLinkRow, UserRow

_LINK_FIELDS = tuple(field.name for field in fields(OneTimeLink))

# A person as an account has them: the columns of `User`.
USER_COLUMNS = (
    UserRow.id,
    MembershipRow.account_id,
    UserRow.email,
    UserRow.password_hash,
    MembershipRow.role,
    UserRow.language,
    MembershipRow.created_at,
    UserRow.time_zone,
    UserRow.theme,
)


def email_key(email: str) -> str:
    """What two spellings of an address have in common."""
    return email.strip().lower()


class SqlUsers:
    """Implements `engine.ports.Users`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, user: User) -> None:
        person = {
            "id": user.id,
            "email": user.email,
            "email_key": email_key(user.email),
            "password_hash": user.password_hash,
            "language": user.language,
            "time_zone": user.time_zone,
            "theme": user.theme,
            "created_at": user.created_at,
        }
        known = upsert(self._connection, UserRow).on_conflict_do_nothing(index_elements=[UserRow.id])
        self._connection.execute(known, person)
        membership = {
            "account_id": user.account_id,
            "user_id": user.id,
            "role": user.role,
            "created_at": user.created_at,
        }
        self._connection.execute(insert(MembershipRow), membership)

    def find(self, account_id: str, user_id: str) -> User | None:
        found = self._list(_USERS.where(MembershipRow.account_id == account_id, MembershipRow.user_id == user_id))
        return found[0] if found else None

    def list_by_email(self, email: str) -> list[User]:
        query = _USERS.where(UserRow.email_key == email_key(email))
        return self._list(query.order_by(MembershipRow.created_at, MembershipRow.account_id))

    def list_for(self, account_id: str) -> list[User]:
        query = _USERS.where(MembershipRow.account_id == account_id)
        return self._list(query.order_by(MembershipRow.created_at, UserRow.id))

    def lock_for(self, account_id: str) -> list[User]:
        # The account's row stands for who belongs to it: locks on the users' own rows would let two add or remove at once.
        self._connection.execute(select(AccountRow.id).where(AccountRow.id == account_id).with_for_update())
        return self.list_for(account_id)

    def set_password(self, account_id: str, user_id: str, password_hash: str) -> None:
        self._change_person(account_id, user_id, password_hash=password_hash)

    def set_profile(self, account_id: str, user_id: str, *, language: str, time_zone: str | None) -> None:
        self._change_person(account_id, user_id, language=language, time_zone=time_zone)

    def set_theme(self, account_id: str, user_id: str, theme: str) -> None:
        self._change_person(account_id, user_id, theme=theme)

    def set_role(self, account_id: str, user_id: str, role: str) -> None:
        row = MembershipRow
        self._connection.execute(update(row).where(row.account_id == account_id, row.user_id == user_id).values(role=role))

    def remove(self, account_id: str, user_id: str) -> None:
        row = MembershipRow
        removed = self._connection.execute(delete(row).where(row.account_id == account_id, row.user_id == user_id))
        if removed.rowcount:
            elsewhere = exists().where(row.user_id == UserRow.id)
            self._connection.execute(delete(UserRow).where(UserRow.id == user_id, ~elsewhere))

    def _change_person(self, account_id: str, user_id: str, **values: Any) -> None:
        belongs = exists().where(MembershipRow.account_id == account_id, MembershipRow.user_id == UserRow.id)
        self._connection.execute(update(UserRow).where(UserRow.id == user_id, belongs).values(values))

    def _list(self, query: Select[*tuple[Any, ...]]) -> list[User]:
        return [User(**row) for row in self._connection.execute(query).mappings()]


_USERS = select(*USER_COLUMNS).join(MembershipRow, MembershipRow.user_id == UserRow.id)


class SqlOneTimeLinks:
    """Implements `engine.ports.OneTimeLinks`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, link: OneTimeLink) -> None:
        self._connection.execute(insert(OneTimeLinkRow), {**values_of(link), "email_key": email_key(link.email)})

    def find(self, purpose: LinkPurpose, token_digest: str) -> OneTimeLink | None:
        row = OneTimeLinkRow
        found = self._list(select(row).where(row.token_digest == token_digest, row.purpose == purpose.value))
        return found[0] if found else None

    def take(self, purpose: LinkPurpose, token_digest: str) -> OneTimeLink | None:
        found = self.find(purpose, token_digest)
        if found is None or found.ended is not None or not self._end(LinkEnd.USED, OneTimeLinkRow.id == found.id):
            return None
        return found

    def list_for(self, account_id: str, purpose: LinkPurpose) -> list[OneTimeLink]:
        row = OneTimeLinkRow
        query = select(row).where(row.account_id == account_id, row.purpose == purpose.value, row.ended.is_(None))
        return self._list(query.order_by(row.created_at, row.id))

    def withdraw(self, account_id: str, link_id: str, end: LinkEnd) -> bool:
        return self._end(end, OneTimeLinkRow.account_id == account_id, OneTimeLinkRow.id == link_id) > 0

    def withdraw_all(self, purpose: LinkPurpose, email: str) -> None:
        self._end(LinkEnd.REPLACED, OneTimeLinkRow.email_key == email_key(email), OneTimeLinkRow.purpose == purpose.value)

    def forget_ended(self, before: datetime) -> None:
        self._connection.execute(delete(OneTimeLinkRow).where(OneTimeLinkRow.ends_at <= before))

    def _end(self, end: LinkEnd, *which: ColumnElement[bool]) -> int:
        row = OneTimeLinkRow
        ended = update(row).where(row.ended.is_(None), *which).values(ended=end.value, details={})
        return self._connection.execute(ended).rowcount

    def _list(self, query: Select[*tuple[Any, ...]]) -> list[OneTimeLink]:
        return [_to_link(row) for row in self._connection.execute(query).mappings()]


def _to_link(row: RowMapping) -> OneTimeLink:
    values = {name: row[name] for name in _LINK_FIELDS}
    ended = None if row["ended"] is None else LinkEnd(row["ended"])
    return OneTimeLink(**{**values, "purpose": LinkPurpose(row["purpose"]), "ended": ended})
