"""Compares what a saved test expects with what came out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from rules.fields import ITEM_FIELDS, ORDER_FIELDS, FieldCatalogue
from rules.messages import Message, Text
from rules.values import FieldType, Unreadable, as_written, is_blank, moment_of, parse_written_time, read_number, shown

DIFFERENT = Text("{path}: expected {expected}, got {got}", "{path}: se esperaba {expected}, se obtuvo {got}")


def differences(expect: Mapping[str, Any], answer: Mapping[str, Any], zone: ZoneInfo) -> Iterator[Message]:
    """Every difference, with its place. `order`, effects and errors may hold more than expected; the rest is exact.

    `zone` is the account's: times are expected in it unless they say otherwise.
    """
    if "matched" in expect and expect["matched"] != answer["matched"]:
        yield _difference("matched", expect["matched"], answer["matched"])
    if "flags" in expect and sorted(expect["flags"]) != sorted(answer["flags"]):
        yield _difference("flags", expect["flags"], answer["flags"])
    comparison = _Comparison(zone)
    yield from comparison.of_part("order", "", expect.get("order", {}), answer["order"])
    for key in ("effects", "errors"):
        if key in expect:
            yield from comparison.of_each(key, expect[key], answer[key])


class _Comparison:
    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone

    def of_part(self, path: str, name: str, expected: Any, got: Any) -> Iterator[Message]:
        """The differences of a part of the order, or of an effect: as much as is expected of it."""
        if isinstance(expected, Mapping):
            for key, value in expected.items():
                member = got.get(key) if isinstance(got, Mapping) else None
                yield from self.of_part(f"{path}.{key}", f"{name}.{key}" if name else key, value, member)
        elif not self._same(ORDER_FIELDS, name, expected, got):
            yield _difference(path, expected, got)

    def of_each(self, key: str, expected: list[Any], got: list[Any]) -> Iterator[Message]:
        """The differences of lists of objects: as many as expected, each with at least what is expected of it."""
        if len(expected) != len(got):
            yield _difference(key, expected, got)
            return
        for number, (one, other) in enumerate(zip(expected, got, strict=True)):
            yield from self.of_part(f"{key}[{number}]", "", one, other)

    def _same(self, catalogue: FieldCatalogue, name: str, expected: Any, got: Any) -> bool:
        if is_blank(expected) and is_blank(got):
            return True
        if isinstance(expected, list) and isinstance(got, list):
            within = ITEM_FIELDS if name == "items" else catalogue
            return len(expected) == len(got) and all(
                self._same(within, "", one, other) for one, other in zip(expected, got, strict=True)
            )
        if isinstance(expected, Mapping) and isinstance(got, Mapping):
            return all(
                self._same(catalogue, f"{name}.{key}" if name else key, value, got.get(key)) for key, value in expected.items()
            )
        field = catalogue.find(name)
        return self._same_value(None if field is None else field.type, expected, got)

    def _same_value(self, type_: FieldType | None, expected: Any, got: Any) -> bool:
        """Equal as the field's values are: the numbers `60` and "60.00", one instant in two zones, texts as written."""
        if isinstance(expected, bool) or isinstance(got, bool):
            return expected is got
        if type_ is FieldType.NUMBER:
            numbers = read_number(expected), read_number(got)
            return not any(isinstance(number, Unreadable) for number in numbers) and numbers[0] == numbers[1]
        if type_ is FieldType.TIME:
            times = self._moment(expected, self._zone), self._moment(got, ZoneInfo("UTC"))
            return None not in times and times[0] == times[1]
        if all(isinstance(value, int | Decimal) for value in (expected, got)) and type_ is None:
            return bool(expected == got)
        written = as_written(expected)
        return bool(expected == got) if written is None else written == as_written(got)

    def _moment(self, value: Any, zone: ZoneInfo) -> int | None:
        written = parse_written_time(value) if isinstance(value, str) else None
        if written is None:
            return None
        time, nanoseconds, _ = written
        return moment_of(time if time.tzinfo else time.replace(tzinfo=zone)) + nanoseconds


def _difference(path: str, expected: Any, got: Any) -> Message:
    return Message("different", DIFFERENT, {"path": path, "expected": shown(expected, 200), "got": shown(got, 200)})
