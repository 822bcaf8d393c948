"""A 3PL and a client that are or were connected, whose month it is, and what statements are called."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from engine.model.account import Account
from engine.model.connection import Connection
from engine.model.month import Month
from engine.model.statement import StatementScope
from engine.model.transitions import Side
from engine.ports import NotFound, UnitOfWork
from rules.messages import Message, Text

NO_STATEMENT = Text("There is no statement {id} here.", "Aquí no hay ningún estado de cuenta {id}.")
_ID = re.compile(r"stm_([^_]+)_(\d{4})(\d{2})_([A-Z]{3})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Parties:
    """A 3PL and one of its clients, with every connection that they approved, the oldest first."""

    provider: Account
    client: Account
    connections: tuple[Connection, ...]

    @property
    def key(self) -> tuple[str, str]:
        return self.provider.id, self.client.id

    @property
    def zone(self) -> ZoneInfo:
        """The 3PL's: in it months begin and end."""
        return ZoneInfo(self.provider.time_zone)

    @property
    def is_active(self) -> bool:
        return self.connections[-1].is_active

    @property
    def provider_name(self) -> str:
        """What the client sees of the 3PL."""
        return self.connections[-1].company_name

    @property
    def nickname(self) -> str:
        """What the 3PL calls the client, for the 3PL alone."""
        return self.connections[-1].client_name

    @property
    def first_month(self) -> Month:
        """In which they connected."""
        first = self.connections[0]
        return Month.at(first.answered_at or first.created_at, self.zone)

    def were_connected(self, month: Month) -> bool:
        """Whether they were at some time of a month."""
        start, end = month.starts(self.zone), month.ends(self.zone)
        return any(
            (one.answered_at or one.created_at) < end and (one.ended_at is None or one.ended_at >= start)
            for one in self.connections
        )

    def has_ended(self, month: Month, now: datetime) -> bool:
        """Whether a month is over."""
        return month.ends(self.zone) <= now

    def statement_id(self, month: Month, currency: str) -> str:
        """The same before a statement is issued and afterwards."""
        return f"stm_{self.connections[0].id.removeprefix('con_')}_{month.year}{month.number:02}_{currency}"


def list_parties(uow: UnitOfWork, scope: StatementScope) -> list[Parties]:
    """All pairs of a scope, by when they connected."""
    if scope.side is Side.PROVIDER:
        found = uow.connections.list_for_provider(scope.account_id)
    else:
        found = uow.connections.list_for_client(scope.account_id)
    pairs: dict[tuple[str, str], list[Connection]] = {}
    for connection in found:
        other = connection.client_id if scope.side is Side.PROVIDER else connection.provider_id
        if connection.client_id is not None and connection.was_approved and scope.other_id in (None, other):
            pairs.setdefault((connection.provider_id, connection.client_id), []).append(connection)
    accounts = uow.accounts.get_many({account_id for pair in pairs for account_id in pair})
    return [Parties(accounts[pair[0]], accounts[pair[1]], tuple(of_pair)) for pair, of_pair in pairs.items()]


def find_parties(uow: UnitOfWork, account_id: str, connection: Connection) -> Parties:
    """The pair that one of the account's connections is about."""
    other = connection.client_id if connection.side_of(account_id) is Side.PROVIDER else connection.provider_id
    [parties] = list_parties(uow, StatementScope(account_id, connection.side_of(account_id), other))
    return parties


def hold_books(uow: UnitOfWork, account_id: str, parties: Parties) -> None:
    """Nobody else changes prices or statements of the two until this transaction ends, by whichever of their connections."""
    uow.connections.get(account_id, parties.connections[0].id, for_change=True)


def parse_statement_id(uow: UnitOfWork, account_id: str, statement_id: str) -> tuple[Parties, Month, str]:
    """Whose statement it is, of which month, in which currency; whether there is one is another matter. Raises NotFound."""
    found = _ID.fullmatch(statement_id)
    if found is None:
        raise no_statement(statement_id)
    try:
        month = Month.parse(f"{found[2]}-{found[3]}")
        connection = uow.connections.get(account_id, f"con_{found[1]}")
    except (ValueError, NotFound):
        raise no_statement(statement_id) from None
    if not connection.was_approved:
        raise no_statement(statement_id)
    parties = find_parties(uow, account_id, connection)
    if parties.statement_id(month, found[4]) != statement_id:
        raise no_statement(statement_id)
    return parties, month, found[4]


def no_statement(asked: str) -> NotFound:
    """The exception for one that is not there, or not there for this account."""
    return NotFound(Message("not_found", NO_STATEMENT, {"id": asked}))


def times_of(parties: Iterable[Parties], month: Month) -> dict[str, tuple[datetime, datetime]]:
    """When a month begins and ends for each 3PL among them."""
    return {one.provider.id: (month.starts(one.zone), month.ends(one.zone)) for one in parties}
