"""docs/states.md says what the tables of transitions say."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.model.fulfillment import SHIPMENT_TRANSITIONS, ShipmentState
from engine.model.order import ORDER_TRANSITIONS, OrderState
from engine.model.request import REQUEST_TRANSITIONS, RequestState
from engine.states_page import states_page

DOCS = Path(__file__).parents[2] / "docs"


def test_the_page_is_drawn_from_the_tables() -> None:
    assert (DOCS / "states.md").read_text("utf-8") == states_page(), "make docs"


@pytest.mark.parametrize("state", [*OrderState, *RequestState, *ShipmentState])
def test_every_state_is_explained(state: str) -> None:
    assert f"\n| `{state}` | " in states_page()


def test_every_transition_has_a_line() -> None:
    lines = [line for line in states_page().splitlines() if line.count("|") > 4 and "`" in line]

    assert len(lines) == len(ORDER_TRANSITIONS) + len(REQUEST_TRANSITIONS) + len(SHIPMENT_TRANSITIONS)
