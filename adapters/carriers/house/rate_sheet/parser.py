"""Reads a whole rate sheet, strictly: YAML 1.2, exact numbers, and everything that is wrong at once, each with its line."""

from __future__ import annotations

from functools import lru_cache

from adapters.carriers.house.rate_sheet.reading import read_code, read_day
from adapters.carriers.house.rate_sheet.services import read_services
from adapters.carriers.house.rate_sheet.sheet import RateSheet
from adapters.carriers.house.rate_sheet.surcharges import read_surcharges
from adapters.carriers.house.rate_sheet.zones import read_zones
from rules.fields.closed_values import CURRENCIES
from rules.messages import Text
from rules.parser.reading import as_mapping
from rules.problems import Problem, Problems

TOO_LARGE = Text(
    "the rate sheet has {size} bytes; the limit is {limit} (256 KiB): keep one sheet for each contract",
    "la hoja de tarifas tiene {size} bytes; el límite es {limit} (256 KiB): usa una hoja por contrato",
)
EMPTY_SHEET = Text(
    "the rate sheet is empty: write its currency, zones and services",
    "la hoja de tarifas está vacía: escribe su moneda, sus zonas y sus servicios",
)
ENDS_FIRST = Text(
    "the sheet ends ({until}) before it begins ({start}): exchange the two days",
    "la hoja termina ({until}) antes de empezar ({start}): intercambia los dos días",
)

MAX_SHEET_BYTES = 256 * 1024
_KEYS = ("currency", "valid_from", "valid_until", "zones", "services", "surcharges")


@lru_cache(maxsize=64)  # each label of a batch asks for the same few
def parse_rate_sheet(text: str) -> tuple[RateSheet | None, tuple[Problem, ...]]:
    """The sheet of a YAML text, and everything that is wrong with it. The sheet is None when there is an error."""
    problems = Problems()
    sheet = _read(text, problems)
    return (None if problems.has_errors else sheet), tuple(problems.in_order())


def _read(text: str, problems: Problems) -> RateSheet | None:
    from rules.yaml_reader import read_yaml  # here, so that accounts without a sheet need no YAML library

    size = len(text.encode("utf-8", "surrogatepass"))
    if size > MAX_SHEET_BYTES:
        problems.error(1, "", "limit_document", TOO_LARGE, size=size, limit=MAX_SHEET_BYTES)
        return None
    root = read_yaml(text, problems)
    if root is None:
        if not problems.has_errors:
            problems.error(1, "", "empty_document", EMPTY_SHEET)
        return None
    problems.settle()
    reader = as_mapping(root, "", problems)
    if reader is None:
        return None
    reader.check_keys(_KEYS, required=("currency", "zones", "services"))
    currency = None
    if "currency" in reader.mapping.entries:
        currency = read_code(reader.mapping.entries["currency"], "currency", problems, CURRENCIES)
    start, until = read_day(reader, "valid_from"), read_day(reader, "valid_until")
    if start is not None and until is not None and until < start:
        problems.error(reader.line_of("valid_until"), "valid_until", "ends_first", ENDS_FIRST, start=start, until=until)
    zones = read_zones(reader)
    services = read_services(reader, zones.lines)
    surcharges = read_surcharges(reader, zones.lines, services)
    if currency is None:
        return None
    return RateSheet(currency, zones.countries, services, surcharges, start, until)
