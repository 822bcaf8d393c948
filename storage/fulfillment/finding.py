"""Read model: what clients asked a provider to ship, by the order's number, the client, and who gets it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, func, select

from engine.model.request import RequestState
from storage.database import Database
from storage.orders.terms import words_of
from storage.tables import AccountRow, ConnectionRow, FulfillmentRequestRow, OrderRow

LOOKED_AT = 2_000  # requests, the newest


@dataclass(frozen=True, slots=True)
class FoundRequest:
    """A request as a provider looks for it; `copy_id` is its own order, where that is there already."""

    id: str
    copy_id: str | None
    order_number: str
    client_name: str
    ship_to_name: str
    state: RequestState
    is_open: bool


@dataclass(frozen=True)
class RequestFinding:
    """The question of who looks for a request, over one database."""

    database: Database

    def find_requests(self, provider_account_id: str, text: str, limit: int) -> list[FoundRequest]:
        """Among the provider's newest requests those that have all words, each at the beginning of one of theirs: what is
        still to be shipped before the rest, the newest first.
        """
        wanted = words_of(text)
        if not wanted:
            return []
        row = FulfillmentRequestRow
        named = (func.coalesce(func.nullif(ConnectionRow.client_name, ""), AccountRow.name), OrderRow.ship_to_name)
        query = (
            select(row.id, row.copy_id, OrderRow.order_number, *named, row.state, row.is_open)
            .join(OrderRow, and_(OrderRow.id == row.order_id, OrderRow.account_id == row.account_id))
            .join(AccountRow, AccountRow.id == row.account_id)
            .outerjoin(ConnectionRow, and_(ConnectionRow.id == row.connection_id, ConnectionRow.provider_id == row.provider_id))
            .where(row.provider_id == provider_account_id)
            .order_by(row.id.desc())
            .limit(LOOKED_AT)
        )
        found = []
        with self.database.begin_reading() as connection:
            for request_id, copy_id, number, client, buyer, state, is_open in connection.execute(query):
                words = (*words_of(number), "".join(words_of(number)), *words_of(client), *words_of(buyer or ""))
                if all(any(word.startswith(one) for word in words) for one in wanted):
                    shown = (number, client, buyer or "", RequestState(state), bool(is_open))
                    found.append(FoundRequest(request_id, copy_id, *shown))
        return sorted(found, key=lambda one: not one.is_open)[:limit]
