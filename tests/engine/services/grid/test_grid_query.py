"""What is understood of a grid's address is what its links, its saved views and its bulk actions ask for again."""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import parse_qsl

import pytest

from engine.model.order_filter import HeldBy, OrderSort, SortKey
from engine.services.grid.grid_query import check_query, read_query, write_query
from engine.services.refusals import Refused

MADRID = "Europe/Madrid"
# What somebody asks for, and what is understood of it, as it is asked for again.
UNDERSTOOD = {
    "tag=vip": "tag=vip",
    "tag=vip,+gift": "tag=vip&tag=gift",
    'tag="x,+y",gift': "tag=%22x%2C+y%22&tag=gift",
    "tag=vip&tag=gift&tags=any": "tag=vip&tag=gift&tags=any",
    "tag=vip,vip": "tag=vip",
    "flag=outdated,needs_attention": "flag=outdated&flag=needs_attention",
    "flag=nothing": "",
    "status=on_hold&status=shipped": "status=on_hold",
    "held=person": "held=person",
    "held=somebody": "",
    "q=+garcia+": "q=garcia",
    "carrier=seur&country=es": "carrier=seur&country=es",
    "total_from=1234.50": "total_from=1234.50",
    "total_from=much": "",
    "ordered_from=2026-03-01&ordered_to=soon": "ordered_from=2026-03-01",
    "sort=-total": "sort=-total",
    "sort=imported": "sort=imported",
    "sort=sideways": "",
    "n=200&after=x": "",
}


def understood(address: str) -> str:
    return write_query(read_query(parse_qsl(address), MADRID).pairs)


@pytest.mark.parametrize("asked", UNDERSTOOD)
def test_what_is_understood_is_kept_and_understood_again(asked: str) -> None:
    kept = understood(asked)
    assert sorted(parse_qsl(kept)) == sorted(parse_qsl(UNDERSTOOD[asked]))
    assert understood(kept) == kept


def test_the_filter_is_what_was_asked_for() -> None:
    query = read_query(parse_qsl("tag=vip&tag=gift&flag=outdated&held=rule&total_to=20&sort=-due&country=es"), MADRID)
    asked = query.filter
    assert (asked.tags, asked.any_tag, asked.flags, asked.held_by) == (("vip", "gift"), False, ("outdated",), HeldBy.RULE)
    assert (asked.total_from, asked.total_to, asked.country) == (None, Decimal(20), "es")
    assert query.sort == OrderSort(SortKey.DUE, descending=True)


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("colour=red", 'has no filter "colour"'),
        ("flag=nothing", '"nothing" is not a value of the filter "flag"'),
        ("flag=outdated,nothing", "is not a value"),
        ("sort=sideways", '"sideways" is not a value'),
        ("total_from=much", "much is not an amount"),
    ],
)
def test_a_query_that_is_kept_for_later_says_what_means_nothing(query: str, says: str) -> None:
    with pytest.raises(Refused, match=says):
        check_query(query, MADRID)


def test_a_query_that_is_kept_may_be_a_whole_address() -> None:
    assert check_query("?view=viw_1&tag=vip&after=ord_1&n=50", MADRID).pairs == (("tag", "vip"),)
