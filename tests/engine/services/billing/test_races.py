"""Several people at once: a month is issued once, and no price gets into it afterwards."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from support.billing import open_books

from engine.services.billing.statements import describe_statement, issue_statements
from engine.services.refusals import Refused
from storage.database import Database


def test_a_month_is_issued_once_whoever_else_tries_or_sets_prices(database: Database) -> None:
    books = open_books(database)
    books.price(monthly="5")
    march = books.statement("2026-03").id
    books.at("2026-04-02T09:00")
    clerk, together = books.sides.clerk, Barrier(4)

    def at_once(act: Callable[[], object]) -> str:
        together.wait(timeout=60)
        try:
            act()
        except Refused as refusal:
            return refusal.message.code
        return "done"

    def issue() -> object:
        return issue_statements(books.app, clerk, march)

    with ThreadPoolExecutor(4) as pool:
        said = [*pool.map(at_once, [issue, issue, issue, lambda: books.price(monthly="9")])]

    assert sorted(said[:3]) == ["done", "issued_before", "issued_before"]
    issued = describe_statement(books.app, books.sides.provider, march).seen.statement
    assert issued.total == (9 if said[3] == "done" else 5)
    assert said[3] in ("done", "issued_already")
