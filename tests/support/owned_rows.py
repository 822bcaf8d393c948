"""What an account has in a database, to see whether something changed it."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Connection, TextClause, bindparam, or_, select, text

from storage.tables import Base


def rows_of(connection: Connection, account_id: str) -> dict[str, list[Any]]:
    """Everything that the database has of an account, by table."""
    given = {"account_id": account_id}
    return {table: list(map(tuple, connection.execute(query, given))) for table, query in _rows_by_table()}


@cache
def _rows_by_table() -> list[tuple[str, TextClause]]:
    """As text, which is sent as it stands: tests ask for the rows before and after each of hundreds of calls."""
    account_id, people, found = bindparam("account_id"), Base.metadata.tables["memberships"], []
    for table in Base.metadata.sorted_tables:
        owners = [table.c[name] == account_id for name in ("account_id", "provider_id", "client_id") if name in table.c]
        if table.name == "accounts":
            owners = [table.c.id == account_id]
        if table.name == "users":
            owners = [table.c.id.in_(select(people.c.user_id).where(people.c.account_id == account_id))]
        if owners:
            query = select(table).where(or_(*owners)).order_by(*table.primary_key.columns)
            found.append((table.name, text(str(query))))
    return found
