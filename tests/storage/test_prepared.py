"""Statements that are compiled once and given to the driver as they are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Boolean, Select, Text, bindparam, cast, literal, select, union_all
from support.examples import NOON

from storage.columns import UtcDateTime
from storage.database import Database
from storage.prepared import PreparedStatement
from storage.tables import OrderRow


def of_each_kind() -> Select[Any]:
    """With a constant of each kind, a list, and one given value at two places."""
    wanted = bindparam("wanted", type_=Text())
    before = bindparam("before", type_=UtcDateTime())
    of_time = select(literal("time").label("kind"), cast(wanted, Text).label("said")).where(before > literal(NOON, UtcDateTime()))
    of_list = select(literal("list"), cast(wanted, Text)).where(wanted.in_(("%s", "a?", "b")), literal(True, Boolean()))
    every = union_all(of_time, of_list).subquery()
    return select(every.c.kind, every.c.said).order_by(every.c.kind)


PREPARED = PreparedStatement(of_each_kind)


@pytest.mark.parametrize("wanted", ["%s", "a?", "b", "c"])
@pytest.mark.parametrize("later", [timedelta(), timedelta(microseconds=1)])
def test_it_finds_what_the_statement_finds_whatever_is_given(database: Database, wanted: str, later: timedelta) -> None:
    given = {"wanted": wanted, "before": NOON + later}
    expected = ([("list", wanted)] if wanted != "c" else []) + ([("time", wanted)] if later else [])
    with database.begin_reading() as connection:
        assert connection.execute(of_each_kind(), given).all() == expected
        assert PREPARED.execute(connection, given).all() == expected


def test_it_is_built_once(sqlite_database: Database) -> None:
    built = []

    def build() -> Select[Any]:
        built.append(1)
        return select(OrderRow.id).where(OrderRow.account_id == bindparam("account"))

    prepared = PreparedStatement(build)
    assert built == []
    with sqlite_database.begin_reading() as connection:
        for account in ("acc_1", "acc_2"):
            assert prepared.execute(connection, {"account": account}).all() == []
    assert built == [1]
