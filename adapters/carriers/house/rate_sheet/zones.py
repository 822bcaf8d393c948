"""Reads the zones of a rate sheet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from adapters.carriers.house.rate_sheet.postal_codes import EVERYWHERE, Span, described, read_span, union
from adapters.carriers.house.rate_sheet.reading import read_code, read_group
from adapters.carriers.house.rate_sheet.sheet import CountryZones
from rules.fields.closed_values import COUNTRIES
from rules.messages import Message, Text
from rules.parser.reading import A_LIST, A_TEXT, WRONG_TYPE, Reader, as_mapping, join
from rules.problems import Problems
from rules.source import Node, Scalar, Sequence, text_of, to_plain
from rules.values import shown

NO_PLACES = Text(
    "the zone has no places: list its countries, such as [ES, PT]", "la zona no tiene lugares: indica sus países, como [ES, PT]"
)
NO_CODES = Text(
    "the list is empty: write postal codes, or leave out the key for the whole country",
    "la lista está vacía: escribe códigos postales o quita la clave para todo el país",
)
OVERLAP = Text(
    'the zones "{other}" (line {line}) and "{zone}" both have {place}: take it out of one of them, for example by `except`',
    'las zonas "{other}" (línea {line}) y "{zone}" tienen las dos {place}: quítalo de una, por ejemplo con `except`',
)


@dataclass(slots=True)
class Zones:
    """The zones of a sheet as far as they could be read: their names with their lines, and who has which codes."""

    lines: dict[str, int] = field(default_factory=dict)
    spans: dict[str, dict[str, list[Span]]] = field(default_factory=lambda: defaultdict(dict))  # by country, then zone

    @property
    def countries(self) -> Mapping[str, CountryZones]:
        return {
            country: CountryZones((span, zone) for zone, spans in zones.items() for span in spans)
            for country, zones in self.spans.items()
        }


def read_zones(sheet: Reader) -> Zones:
    """What stands under `zones`."""
    zones = Zones()
    reader = read_group(sheet, "zones")
    if reader is None:
        return zones
    for name in reader.mapping.entries:
        zones.lines[name] = reader.line_of(name)
        places = reader.list(name)
        path = join(reader.path, name)
        if places is not None and not places:
            reader.problems.error(reader.line_of(name), path, "no_places", NO_PLACES)
        for number, node in enumerate(places or []):
            place = _place(node, f"{path}[{number}]", reader.problems)
            if place is not None:
                country, spans = place
                zones.spans[country][name] = union([*zones.spans[country].get(name, []), *spans])
    for country, by_zone in zones.spans.items():
        _report_overlaps(country, by_zone, zones, reader)
    return zones


def _place(node: Node, path: str, problems: Problems) -> tuple[str, list[Span]] | None:
    """One entry of a zone: a country, or a group that says which of its postal codes."""
    if isinstance(node, Scalar):
        country = read_code(node, path, problems, COUNTRIES)
        return None if country is None else (country, [EVERYWHERE])
    reader = as_mapping(node, path, problems)
    if reader is None:
        return None
    reader.check_keys(("country", "postal_codes", "except"), required=("country",))
    if "country" not in reader.mapping.entries:
        return None
    country = read_code(reader.mapping.entries["country"], join(path, "country"), problems, COUNTRIES)
    included = _spans(reader, "postal_codes", country or "")
    excluded = _spans(reader, "except", country or "") or []
    if country is None:
        return None
    spans = [EVERYWHERE] if included is None else union(included)
    return country, [left for span in spans for left in span.without(excluded)]


def _spans(reader: Reader, key: str, country: str) -> list[Span] | None:
    """The postal codes at a key, in a list or a single one; None where the key is missing."""
    node = reader.mapping.entries.get(key)
    if node is None:
        return None
    nodes = node.items if isinstance(node, Sequence) else [node]
    path = join(reader.path, key)
    if not nodes:
        reader.problems.error(reader.line_of(key), path, "no_codes", NO_CODES)
    spans = []
    for number, one in enumerate(nodes):
        place = f"{path}[{number}]" if isinstance(node, Sequence) else path
        text = text_of(one)
        if text is None:
            wanted = A_TEXT if isinstance(node, Sequence) else A_LIST
            reader.problems.error(one.line, place, "wrong_type", WRONG_TYPE, wanted=wanted, found=shown(to_plain(one)))
            continue
        span = read_span(country, text)
        if isinstance(span, Message):
            reader.problems.add("error", one.line, place, span)
        else:
            spans.append(span)
    return spans


def _report_overlaps(country: str, by_zone: Mapping[str, list[Span]], zones: Zones, reader: Reader) -> None:
    """Say of each two zones once that they have codes in common."""
    reported: set[tuple[str, str]] = set()
    reach: tuple[Span, str] | None = None  # of what came before, that which goes furthest
    for span, zone in sorted((span, zone) for zone, spans in by_zone.items() for span in spans):
        shared = None if reach is None else reach[0].intersection(span)
        if reach is not None and shared is not None and reach[1] != zone:
            first, second = sorted((reach[1], zone), key=lambda name: zones.lines[name])
            if (first, second) not in reported:
                reported.add((first, second))
                said = {"zone": second, "other": first, "line": zones.lines[first], "place": described(country, shared)}
                reader.problems.error(zones.lines[second], join(reader.path, second), "overlap", OVERLAP, **said)
        if reach is None or span.end > reach[0].end:
            reach = span, zone
