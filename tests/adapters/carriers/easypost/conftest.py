"""The stand-in that a test talks to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.easypost_parcels import CLOCK

from adapters.sandboxes.easypost import EasyPostServer


@pytest.fixture
def server() -> Iterator[EasyPostServer]:
    with EasyPostServer() as running:
        running.now = CLOCK.now  # type: ignore[method-assign]
        yield running
