"""What has shipped of a request, what of it is still a provider's, and whether anything is left to do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from engine.model.request import FulfillmentRequest, RequestLine, RequestState, Work, providers_units

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LINES = (RequestLine("1", "MUG", "Mug", Decimal(3)), RequestLine("2", "CUP", "Cup", Decimal(1)))
REQUEST = FulfillmentRequest("ffr_1", "acc_1", "acc_2", "ord_1", LINES, "", (), NOW, RequestState.ACCEPTED)


def shipped(request: FulfillmentRequest) -> list[int]:
    return [int(line.shipped) for line in request.lines]


def test_what_leaves_is_counted_by_line_and_begins_the_work() -> None:
    part = REQUEST.ship({"1": Decimal(2), "9": Decimal(1)}, NOW)

    assert (shipped(part), part.work(NOW), part.started_at, part.changed_at) == ([2, 0], Work.SHIPPED_IN_PART, NOW, NOW)
    assert [int(line.rest) for line in part.lines] == [1, 1]
    assert part.ship({"1": Decimal(1), "2": Decimal(1)}, NOW).work(NOW) is Work.DONE


def test_all_that_left_counts_and_no_more_comes_back_than_has_left() -> None:
    much = REQUEST.ship({"1": Decimal(9)}, NOW)
    assert shipped(much) == [9, 0]
    assert [(line.rest, line.surplus) for line in much.lines] == [(0, 6), (1, 0)]
    assert shipped(much.ship({"1": Decimal(-9), "2": Decimal(-1)}, NOW)) == [0, 0]


def test_units_of_two_lines_of_one_key_fill_one_after_the_other() -> None:
    twice = replace(REQUEST, lines=(LINES[0], replace(LINES[0], quantity=Decimal(2))))
    assert shipped(twice.ship({"1": Decimal(4)}, NOW)) == [3, 1]
    assert shipped(twice.ship({"1": Decimal(6)}, NOW)) == [3, 3]


@pytest.mark.parametrize("state", RequestState)
def test_a_request_is_open_while_something_of_it_is_the_provider_s(state: RequestState) -> None:
    request = replace(REQUEST, state=state)
    assert request.is_open(NOW) == (state in (RequestState.REQUESTED, RequestState.ACCEPTED, RequestState.CANCEL_REQUESTED))
    assert not request.ship({"1": Decimal(3), "2": Decimal(1)}, NOW).is_open(NOW)


def test_units_are_with_providers_until_they_have_shipped_or_the_request_ends() -> None:
    part = REQUEST.ship({"1": Decimal(2)}, NOW)
    ended = replace(REQUEST, state=RequestState.REJECTED)
    assert providers_units([part, ended, replace(REQUEST, lines=LINES[:1])]) == {"1": 6, "2": 1}
    assert providers_units([REQUEST.ship({"1": Decimal(9)}, NOW)]) == {"1": 9, "2": 1}
