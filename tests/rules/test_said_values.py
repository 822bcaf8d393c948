"""Numbers and times inside sentences read as each language writes them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from rules.said_values import said_number, said_time

MADRID = ZoneInfo("Europe/Madrid")


@pytest.mark.parametrize(
    ("value", "english", "spanish"),
    [(Decimal("60.10"), "60.10", "60,10"), (3, "3", "3"), (Decimal("-0.5"), "-0.5", "-0,5")],
)
def test_a_number_has_the_decimal_sign_of_the_language_and_its_own_digits(value: Any, english: str, spanish: str) -> None:
    said = said_number(value)
    assert said is not None
    assert (said.en, said.es) == (english, spanish)


@pytest.mark.parametrize("value", ["60.10", True, None])
def test_what_is_no_number_is_not_said_as_one(value: Any) -> None:
    assert said_number(value) is None


@pytest.mark.parametrize(
    ("written", "zone", "english", "spanish"),
    [
        ("2026-03-01", None, "1 March 2026", "1 de marzo de 2026"),
        ("2026-03-01", MADRID, "1 March 2026", "1 de marzo de 2026"),
        ("2026-12-31T09:00", None, "31 December 2026 09:00", "31 de diciembre de 2026 09:00"),
        ("2026-12-31T09:00:05Z", None, "31 December 2026 09:00:05 (UTC)", "31 de diciembre de 2026 09:00:05 (UTC)"),
        ("2026-12-31T09:00+01:00", None, "31 December 2026 09:00 (+01:00)", "31 de diciembre de 2026 09:00 (+01:00)"),
        ("2026-12-31T23:30:00+00:00", MADRID, "1 January 2027 00:30", "1 de enero de 2027 00:30"),
        ("2026-07-01T12:00", MADRID, "1 July 2026 14:00", "1 de julio de 2026 14:00"),
        # There is no date for what clocks in Madrid show then: it is said as it is written.
        ("0001-01-01T00:00:00+01:00", MADRID, "1 January 1 00:00", "1 de enero de 1 00:00"),
    ],
)
def test_a_time_names_its_month_and_is_there_in_the_zone(written: str, zone: ZoneInfo | None, english: str, spanish: str) -> None:
    said = said_time(written, zone)
    assert said is not None
    assert (said.en, said.es) == (english, spanish)


def test_a_text_that_is_no_time_is_not_said_as_one() -> None:
    assert said_time("soon") is None
