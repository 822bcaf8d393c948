"""Days that commands about past decisions take."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from support.examples import an_account

from adapters.cli.output import WrongInput
from adapters.cli.rule_trials import read_date

MADRID = an_account("casa", time_zone="Europe/Madrid")


@pytest.mark.parametrize(
    ("text", "day_after", "instant"),
    [
        ("2026-03-28", False, datetime(2026, 3, 27, 23, tzinfo=UTC)),
        ("2026-03-29", True, datetime(2026, 3, 29, 22, tzinfo=UTC)),  # a day of 23 hours
        ("2026-03-28T10:00", True, datetime(2026, 3, 28, 9, tzinfo=UTC)),
        ("2026-03-28T10:00Z", True, datetime(2026, 3, 28, 10, tzinfo=UTC)),
    ],
)
def test_a_day_is_one_of_the_accounts_time_zone(text: str, day_after: bool, instant: datetime) -> None:
    assert read_date(text, MADRID, "en", day_after=day_after) == instant


def test_what_is_no_date_is_said() -> None:
    assert read_date(None, MADRID, "en") is None
    with pytest.raises(WrongInput, match='"soon" is not a date'):
        read_date("soon", MADRID, "en")
