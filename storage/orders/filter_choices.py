"""Read model of what the grid's filters offer by name: the channels that orders are from, and the account's people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import text

from engine.model.order_filter import split_channel, write_channel
from storage.columns import json_from
from storage.database import Database
from storage.orders.terms import LAST, exact_term

MOST = 200  # channels, stores whose names are read, and people
_CHANNEL = "channel"

# From one channel that occurs to the next by the index, as statuses are counted.
_CHOICES = text("""
    WITH RECURSIVE used(term) AS (
      SELECT (
        SELECT order_terms.term FROM order_terms
        WHERE order_terms.account_id = :account_id AND order_terms.term >= :first AND order_terms.term < :last
        ORDER BY order_terms.term LIMIT 1
      )
      UNION ALL
      SELECT (
        SELECT order_terms.term FROM order_terms
        WHERE order_terms.account_id = :account_id AND order_terms.term > used.term AND order_terms.term < :last
        ORDER BY order_terms.term LIMIT 1
      ) FROM used WHERE used.term IS NOT NULL
    )
    SELECT 'used' AS kind, used.term AS id, '' AS name, '' AS named FROM (SELECT term FROM used LIMIT :most) AS used
    WHERE used.term IS NOT NULL
    UNION ALL SELECT 'store', stores.id, stores.name, (
      SELECT store_names.names FROM store_names
      WHERE store_names.store_id = stores.id AND store_names.account_id = stores.account_id AND store_names.kind = 'channels'
    ) FROM (SELECT id, name, account_id FROM stores WHERE account_id = :account_id ORDER BY id LIMIT :most) AS stores
    UNION ALL SELECT 'person', people.id, people.email, '' FROM (
      SELECT users.id, users.email FROM memberships JOIN users ON users.id = memberships.user_id
      WHERE memberships.account_id = :account_id ORDER BY users.email LIMIT :most
    ) AS people
""")


@dataclass(frozen=True, slots=True)
class FilterChoices:
    """`channels`: names, by the value of the filter; with the store's where several are called alike. `people`: their addresses,
    by id.
    """

    channels: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)

    def channel(self, value: str) -> str:
        """The name of a channel as a filter has it; one of any store has one where they all have a single such channel."""
        if value in self.channels:
            return self.channels[value]
        store, code = split_channel(value)
        alike = {name for known, name in self.channels.items() if not store and split_channel(known)[1] == code}
        return alike.pop() if len(alike) == 1 else code


@dataclass(frozen=True)
class FilterQueries:
    """The question of what filters offer, over one database."""

    database: Database

    def filter_choices(self, account_id: str) -> FilterChoices:
        """Channels that no order is from are left out; one without a name is called by its id."""
        given = {"account_id": account_id, "first": f"{_CHANNEL}:", "last": f"{_CHANNEL}:{LAST}", "most": MOST}
        with self.database.begin_reading() as connection:
            rows = connection.execute(_CHOICES, given).all()
        used = {row.id for row in rows if row.kind == "used"}
        stores = {row.id: row.name for row in rows if row.kind == "store"}
        found: dict[str, tuple[str, str]] = {}  # name and store, by value
        for row in rows:
            names: Mapping[str, str] = json_from(row.named) if row.kind == "store" and row.named else {}
            for code, name in names.items():
                if exact_term(_CHANNEL, code) in used:
                    found[write_channel(row.id, code)] = (name or code, stores[row.id])
        known = {exact_term(_CHANNEL, split_channel(value)[1]) for value in found}
        found |= {term.partition(":")[2]: (term.partition(":")[2], "") for term in used - known}
        times = Counter(name for name, _ in found.values())
        channels = {
            value: name if times[name] == 1 or not store else f"{name} ({store})" for value, (name, store) in found.items()
        }
        ordered = dict(sorted(channels.items(), key=lambda one: one[1].casefold()))
        return FilterChoices(ordered, {row.id: row.name for row in rows if row.kind == "person"})
