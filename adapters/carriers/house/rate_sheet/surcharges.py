"""Reads the surcharges of a rate sheet."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.carriers.house.rate_sheet.reading import read_amount, read_choice, read_group, read_whole
from adapters.carriers.house.rate_sheet.services import HEAVIEST_G, check_zone
from adapters.carriers.house.rate_sheet.sheet import ChargedFor, Surcharge
from rules.messages import Text
from rules.parser.reading import Reader, join
from rules.placeholders import suggestion
from rules.source import text_of

AMOUNT_OR_PERCENT = Text(
    "a surcharge has either an `amount` or a `percent`: write one of the two",
    "un recargo tiene un `amount` o un `percent`: escribe uno de los dos",
)
UNKNOWN_SERVICE = Text(
    'there is no service "{service}" in this sheet{hint}; its services: {known}',
    'en esta hoja no hay ningún servicio "{service}"{hint}; sus servicios: {known}',
)

LONGEST_MM = 100_000
_KEYS = (
    "amount", "percent", "per", "services", "zones", "weight_over_g", "longest_side_over_mm", "cash_on_delivery", "saturday",
)  # fmt: skip


def read_surcharges(sheet: Reader, zones: Mapping[str, int], services: Mapping[str, object]) -> tuple[Surcharge, ...]:
    """What stands under `surcharges`."""
    reader = read_group(sheet, "surcharges")
    if reader is None:
        return ()
    surcharges = []
    for code in reader.mapping.entries:
        described = read_group(reader, code)
        if described is not None:
            surcharges.append(_surcharge(code, described, zones, services))
    return tuple(surcharges)


def _surcharge(code: str, reader: Reader, zones: Mapping[str, int], services: Mapping[str, object]) -> Surcharge:
    reader.check_keys(_KEYS)
    if ("amount" in reader.mapping.entries) == ("percent" in reader.mapping.entries):
        reader.problems.error(reader.mapping.line, reader.path, "amount_or_percent", AMOUNT_OR_PERCENT)
    return Surcharge(
        code,
        read_amount(reader, "amount"),
        read_amount(reader, "percent"),
        ChargedFor(read_choice(reader, "per", [one.value for one in ChargedFor], ChargedFor.PARCEL.value)),
        _services(reader, services),
        _zones(reader, zones),
        read_whole(reader, "weight_over_g", 1, HEAVIEST_G),
        read_whole(reader, "longest_side_over_mm", 1, LONGEST_MM),
        reader.boolean("cash_on_delivery", False),
        reader.boolean("saturday", False),
    )


def _zones(reader: Reader, zones: Mapping[str, int]) -> frozenset[str]:
    names = _names(reader, "zones")
    for number, (name, line) in enumerate(names):
        check_zone(name, line, f"{join(reader.path, 'zones')}[{number}]", zones, reader.problems)
    return frozenset(name for name, _line in names)


def _services(reader: Reader, services: Mapping[str, object]) -> frozenset[str]:
    names = _names(reader, "services")
    for number, (name, line) in enumerate(names):
        if name not in services:
            said = {"service": name, "hint": suggestion(name, list(services)), "known": ", ".join(services)}
            path = f"{join(reader.path, 'services')}[{number}]"
            reader.problems.error(line, path, "unknown_service", UNKNOWN_SERVICE, **said)
    return frozenset(name for name, _line in names)


def _names(reader: Reader, key: str) -> list[tuple[str, int]]:
    """The names in the list at a key, with their lines."""
    return [(text_of(node) or "", node.line) for node in reader.list(key) or []]
