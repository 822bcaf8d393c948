"""Values of fields as people write them: what is shown reads back as what it was, and what cannot be is said."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from rules.context import RuleContext
from rules.messages import Message
from rules.written_fields import WrittenField, find_written
from rules.written_values import MAX_MEMBERS, are_equal, read_value, shown_value

MADRID = ZoneInfo("Europe/Madrid")
CONTEXT = RuleContext(zone=MADRID)


def field(name: str) -> WrittenField:
    found = find_written(name)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("weight_g", 250, "250"),
        ("weight_g", Decimal("12.50"), "12.50"),
        ("ship_by", "2026-07-01T00:00:00+02:00", "2026-07-01"),
        ("ship_by", "2026-07-01T15:30:00Z", "2026-07-01 17:30"),
        ("ship_by", "2026-07-01T15:30:05Z", "2026-07-01 17:30:05"),
        ("ship_by", "2026-07-01T15:30:05.123456789Z", "2026-07-01 17:30:05.123456789"),
        ("return_label", False, "no"),
        ("carrier_options.dry_ice", 250, "250"),
        ("carrier_options.dry_ice", True, "yes"),
        ("tags", ["a", "b c"], "a\nb c"),
        ("notes.internal", "two\nlines", "two\nlines"),
        ("packing_slip", "gift", "gift"),
        ("rate_shopping.prefer", "fastest", "fastest"),
        ("customs.contents", None, ""),
    ],
)
def test_what_is_shown_reads_back_as_the_same(name: str, value: Any, shown: str) -> None:
    assert shown_value(field(name), value, MADRID) == shown
    assert are_equal(field(name), read_value(field(name), shown, CONTEXT), value)


@pytest.mark.parametrize(
    ("name", "written", "code"),
    [
        ("weight_g", "NaN", "not_a_number"),
        ("weight_g", "1e3", "not_a_number"),
        ("weight_g", "9" * 401, "not_a_number"),
        ("weight_g", "-0.1", "too_small"),
        ("ship_by", "2026-02-30", "not_a_time"),
        ("return_label", "250", "not_a_switch"),
        ("carrier_options.dry_ice", "some", "not_a_switch"),
        ("carrier_options.dry_ice", "-1", "too_small"),
        ("rate_shopping.prefer", "dearest", "unknown_choice"),
        ("billing.country", "Atlantis", "unknown_value"),
        ("package", "x" * 4097, "limit_text"),
        ("package", "a\0b", "not_unicode"),
        ("tags", "\ud800", "not_unicode"),
        ("tags", "\n".join(map(str, range(MAX_MEMBERS + 1))), "limit_values"),
    ],
)
def test_what_cannot_be_is_said(name: str, written: str, code: str) -> None:
    said = read_value(field(name), written, CONTEXT)
    assert isinstance(said, Message)
    assert said.code == code
    assert said.format("en") != said.format("es")


def test_true_is_not_the_number_one() -> None:
    assert not are_equal(field("carrier_options.dry_ice"), True, 1)
    assert are_equal(field("carrier_options.dry_ice"), Decimal("1.0"), 1)


def test_what_a_store_wrote_of_another_kind_is_shown_as_it_is() -> None:
    assert shown_value(field("weight_g"), "about a kilo", MADRID) == "about a kilo"
    assert shown_value(field("ship_by"), "soon", MADRID) == "soon"
    assert shown_value(field("carrier"), {"name": "dhl"}, MADRID) == '{name: "dhl"}'
