"""What the suites about deciding share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.replaying import replay_all


@pytest.fixture
def every_decision_comes_out_again(request: pytest.FixtureRequest) -> Iterator[None]:
    """After a test that has a shop all decisions there are taken again."""
    shop = request.getfixturevalue("shop") if "shop" in request.fixturenames else None
    yield
    if shop is not None:
        replay_all(shop.app)
