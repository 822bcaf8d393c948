"""How a database would answer the statements of a question, for tests that hold it to its indexes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from support.statements import statements

from storage.database import Database
from storage.queries import Queries

Ask = Callable[[Any, Queries], object]


def sent_by(database: Database, ask: Ask) -> list[tuple[str, Any]]:
    """The statements of a question, with their parameters."""
    with statements(database) as sent, database.reading_unit_of_work() as unit:
        ask(unit, Queries(database))
    return list(sent)


def sqlite_plan(database: Database, sent: list[tuple[str, Any]]) -> list[str]:
    """The steps, with the names that indexes have on both databases."""
    with database.begin_reading() as connection:
        rows = [
            row
            for statement, parameters in sent
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
    names = {"sqlite_autoindex_orders_1": "pk_orders", "sqlite_autoindex_orders_2": "uq_orders_store_id_external_id"}
    names |= {"sqlite_autoindex_order_flags_1": "pk_order_flags", "sqlite_autoindex_rule_days_1": "pk_rule_days"}
    names["sqlite_autoindex_inbox_marks_1"] = "pk_inbox_marks"
    steps = [re.sub(r"sqlite_autoindex_\w+", lambda found: names.get(found[0], found[0]), row[3]) for row in rows]
    return [re.sub(r"(order_terms\w*) USING PRIMARY KEY", r"\1 USING pk_order_terms", step) for step in steps]  # it is the table


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every step of a plan of PostgreSQL."""
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)
