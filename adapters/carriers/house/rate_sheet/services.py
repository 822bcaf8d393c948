"""Reads the services of a rate sheet and what they cost by zone and weight."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from adapters.carriers.house.rate_sheet.reading import read_amount, read_group, read_whole
from adapters.carriers.house.rate_sheet.sheet import SheetService, WeightStep, ZoneRates
from rules.messages import Message, Text
from rules.parser.reading import Reader, as_mapping, join
from rules.placeholders import suggestion
from rules.problems import Problems

NO_SERVICES = Text("the sheet has no services: describe at least one", "la hoja no tiene servicios: describe al menos uno")
NO_ZONES = Text(
    "the service has no zones: give prices for at least one", "el servicio no tiene zonas: pon precios al menos a una"
)
NO_STEPS = Text(
    "there is no weight step: write at least one, such as `up_to_g: 2000` with `price: 4.20`",
    "no hay ningún tramo de peso: escribe al menos uno, como `up_to_g: 2000` con `price: 4.20`",
)
UNKNOWN_ZONE = Text(
    'there is no zone "{zone}" in this sheet{hint}; its zones: {known}',
    'en esta hoja no hay ninguna zona "{zone}"{hint}; sus zonas: {known}',
)
NOT_ASCENDING = Text(
    "steps go up: {weight} g is not more than the {before} g on line {line}",
    "los tramos van de menos a más: {weight} g no es más que los {before} g de la línea {line}",
)
FURTHER_LAST = Text(
    "`each_further_kg` says what follows the last step: put it at the end, once and alone",
    "`each_further_kg` indica qué sigue al último tramo: ponlo al final, una vez y solo",
)
CHEAPER = Text(
    "up to {weight} g costs less than up to {before} g (line {line}): is that meant?",
    "hasta {weight} g cuesta menos que hasta {before} g (línea {line}): ¿es lo que quieres?",
)
STOPS_SHORT = Text(
    'parcels over {weight} g have no price here, in the zone "{other}" they have one: add a step, or `each_further_kg`',
    'los bultos de más de {weight} g no tienen precio aquí y en la zona "{other}" sí: añade un tramo o `each_further_kg`',
)
COMMA = Text(
    "between braces a comma begins the next key: write the price with a point, such as 4.20",
    "entre llaves una coma empieza la clave siguiente: escribe el precio con punto, como 4.20",
)
UNUSED_ZONE = Text(
    "no service has prices for this zone: nothing is shipped there",
    "ningún servicio tiene precios para esta zona: no se envía ahí",
)

HEAVIEST_G = 100_000_000
SLOWEST_DAYS = 365
_SERVICE_KEYS = ("label", "days", "cm3_per_kg", "zones")
_MOST_CM3_PER_KG = 1_000_000


def read_services(sheet: Reader, zones: Mapping[str, int]) -> dict[str, SheetService]:
    """What stands under `services`; `zones` are the lines of the zones that there are."""
    reader = read_group(sheet, "services")
    if reader is None:
        return {}
    if not reader.mapping.entries:
        reader.problems.error(sheet.line_of("services"), reader.path, "no_services", NO_SERVICES)
        return {}
    services = {}
    used: set[str] = set()
    for code in reader.mapping.entries:
        described = read_group(reader, code)
        if described is not None:
            services[code] = _service(code, described, zones)
            used.update(services[code].zones)
    if not reader.problems.has_errors:
        for zone in zones.keys() - used:
            reader.problems.add("warning", zones[zone], join("zones", zone), Message("unused_zone", UNUSED_ZONE))
    return services


def _service(code: str, reader: Reader, zones: Mapping[str, int]) -> SheetService:
    reader.check_keys(_SERVICE_KEYS, required=("zones",))
    rates: dict[str, ZoneRates] = {}
    by_zone = read_group(reader, "zones")
    if by_zone is not None:
        if not by_zone.mapping.entries:
            reader.problems.error(reader.line_of("zones"), by_zone.path, "no_zones", NO_ZONES)
        for zone in by_zone.mapping.entries:
            check_zone(zone, by_zone.line_of(zone), join(by_zone.path, zone), zones, reader.problems)
            read = _rates(by_zone, zone)
            if read is not None:
                rates[zone] = read
        _warn_of_gaps(rates, by_zone)
    return SheetService(
        code,
        reader.text("label") or code,
        rates,
        read_whole(reader, "days", 0, SLOWEST_DAYS),
        read_whole(reader, "cm3_per_kg", 1, _MOST_CM3_PER_KG),
    )


def check_zone(zone: str, line: int, path: str, zones: Mapping[str, int], problems: Problems) -> None:
    """Report a name that no zone has."""
    if zone not in zones:
        said = {"zone": zone, "hint": suggestion(zone, list(zones)), "known": ", ".join(zones)}
        problems.error(line, path, "unknown_zone", UNKNOWN_ZONE, **said)


def _rates(by_zone: Reader, zone: str) -> ZoneRates | None:
    """The steps of one zone; None when they cannot be used, which is reported."""
    nodes = by_zone.list(zone)
    if nodes is None:
        return None
    path = join(by_zone.path, zone)
    steps: list[tuple[WeightStep, int]] = []
    further = None
    for number, node in enumerate(nodes):
        reader = as_mapping(node, f"{path}[{number}]", by_zone.problems)
        if reader is None:
            continue
        if "each_further_kg" in reader.mapping.entries:
            further = _further(reader, is_last=number == len(nodes) - 1)
        else:
            _add_step(reader, steps)
    if not steps:
        if not any(problem.path.startswith(path) for problem in by_zone.problems.found):
            by_zone.problems.error(by_zone.line_of(zone), path, "no_steps", NO_STEPS)
        return None
    return ZoneRates(tuple(step for step, _line in steps), further)


def _further(reader: Reader, *, is_last: bool) -> Decimal | None:
    if not is_last or len(reader.mapping.entries) > 1:
        reader.problems.error(reader.line_of("each_further_kg"), reader.path, "further_last", FURTHER_LAST)
    return read_amount(reader, "each_further_kg")


def _add_step(reader: Reader, steps: list[tuple[WeightStep, int]]) -> None:
    """Read one step behind those before it."""
    if any(key.isdecimal() for key in reader.mapping.entries):
        reader.problems.error(reader.mapping.line, reader.path, "comma", COMMA)
        return
    reader.check_keys(("up_to_g", "price", "each_further_kg"), required=("up_to_g", "price"))
    weight, price = read_whole(reader, "up_to_g", 1, HEAVIEST_G), read_amount(reader, "price")
    if weight is None or price is None:
        return
    line = reader.line_of("up_to_g")
    if steps:
        before, line_before = steps[-1]
        said = {"weight": weight, "before": before.up_to_g, "line": line_before}
        if weight <= before.up_to_g:
            reader.problems.error(line, join(reader.path, "up_to_g"), "not_ascending", NOT_ASCENDING, **said)
            return
        if price < before.price:
            reader.problems.add("warning", line, reader.path, Message("cheaper", CHEAPER, said))
    steps.append((WeightStep(weight, price), line))


def _warn_of_gaps(rates: Mapping[str, ZoneRates], by_zone: Reader) -> None:
    """Say of each zone that it ends at a lower weight than another of the same service."""
    if not rates or by_zone.problems.has_errors:
        return
    furthest = max(rates, key=lambda zone: rates[zone].limit_g or HEAVIEST_G + 1)
    most = rates[furthest].limit_g
    for zone, of_zone in rates.items():
        limit = of_zone.limit_g
        if limit is not None and (most is None or limit < most):
            problem = Message("stops_short", STOPS_SHORT, {"weight": limit, "other": furthest})
            by_zone.problems.add("warning", by_zone.line_of(zone), join(by_zone.path, zone), problem)
