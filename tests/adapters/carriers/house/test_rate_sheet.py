"""Rate sheets: what one says, and everything that may be wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.house_parcels import documented_sheet

from adapters.carriers.house.rate_sheet.parser import MAX_SHEET_BYTES, parse_rate_sheet
from adapters.carriers.house.rate_sheet.postal_codes import comparable

GOOD = "currency: EUR\nzones: {a: [ES]}\nservices: {s: {zones: {a: [{up_to_g: 1000, price: 1}]}}}\n"


def found(text: str, severity: str = "error") -> list[tuple[int, str, str]]:
    _sheet, problems = parse_rate_sheet(text)
    return [(one.line, one.path, one.message.code) for one in problems if one.severity == severity]


def with_zones(zones: str) -> str:
    return GOOD.replace("{a: [ES]}", zones)


def with_steps(steps: str) -> str:
    return GOOD.replace("[{up_to_g: 1000, price: 1}]", steps)


def test_the_documented_sheet_is_sound() -> None:
    sheet, problems = parse_rate_sheet(documented_sheet())

    assert problems == ()
    assert sheet is not None
    assert sheet.services["next_day"].label == "Next day"


def test_every_key_is_documented() -> None:
    wrong = "x: 1\n" + GOOD.replace("[ES]", "[{x: 1}]").replace("{zones", "{x: 1, zones").replace("{up", "{x: 1, up")
    _sheet, problems = parse_rate_sheet(f"{wrong}surcharges: {{y: {{x: 1}}}}\n")
    known = [one.message.params["known"].split(", ") for one in problems if one.message.code == "unknown_key"]
    page = Path("docs/carriers.md").read_text(encoding="utf-8")

    assert len(known) == 5
    assert [key for keys in known for key in keys if f"`{key}`" not in page] == []


@pytest.mark.parametrize(
    ("country", "postal_code", "zone"),
    [
        ("ES", "28001", "peninsula"),
        ("ES", "07001", "balearics"),
        ("ES", "07999", "balearics"),
        ("ES", "08000", "peninsula"),
        ("ES", "06999", "peninsula"),
        ("ES", " 35 001", "canaries"),
        ("ES", "51001", None),
        ("PT", "1000-205", "peninsula"),
        ("PT", "9000-001", None),
        ("GB", "bt7 1nn", "northern_ireland"),
        ("GB", "SW1A 1AA", None),
        ("FR", "", "europe"),
        ("US", "10001", None),
    ],
)
def test_islands_are_told_from_the_mainland(country: str, postal_code: str, zone: str | None) -> None:
    sheet, _problems = parse_rate_sheet(documented_sheet())

    assert sheet is not None
    zones = sheet.countries.get(country)
    assert (None if zones is None else zones.find(comparable(country, postal_code))) == zone


@pytest.mark.parametrize(
    ("places", "inside", "outside"),
    [
        ("[{country: US, postal_codes: [10001]}]", ["10001", "10001-1234"], ["10002"]),
        ("[{country: PT, postal_codes: [9000-9499]}]", ["9000-001", "9499-999"], ["9500-001", "8999-999"]),
        ("[{country: PT, postal_codes: [1000-205]}]", ["1000205"], ["1000-206", "1000"]),
        ("[{country: GB, postal_codes: BT*, except: [BT1*]}]", ["BT20 1AA"], ["BT1 1AA", "BT15 1AA", "BS1 1AA"]),
        ("[{country: ES, except: [07*]}, {country: ES, postal_codes: [07005]}]", ["07005", "28001"], ["07006"]),
    ],
)
def test_postal_codes_are_exact_beginnings_or_ranges(places: str, inside: list[str], outside: list[str]) -> None:
    sheet, problems = parse_rate_sheet(with_zones(f"{{a: {places}}}"))

    assert (sheet is not None, problems) == (True, ())
    ((country, zones),) = sheet.countries.items() if sheet else ()
    assert [zones.find(comparable(country, code)) for code in [*inside, *outside]] == ["a"] * len(inside) + [None] * len(outside)


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ("[ES]", "[PT, ES]", "all of ES"),
        ("[ES]", "[{country: ES, postal_codes: [07*]}]", "ES 07*"),
        ("[{country: ES, postal_codes: [28*]}]", "[{country: ES, postal_codes: [27000-28500]}]", "ES 28-28500"),
        ("[{country: ES, except: [07*]}]", "[{country: ES, postal_codes: [07*, 28001]}]", "ES 28001"),
        ("[{country: GB, postal_codes: [B*]}]", "[{country: GB, postal_codes: [BT*]}]", "GB BT*"),
    ],
)
def test_two_zones_with_the_same_postal_codes_are_refused(one: str, other: str, shared: str) -> None:
    text = f"currency: EUR\nzones:\n  a: {one}\n  b: {other}\nservices: {{s: {{zones: {{a: [{{up_to_g: 1, price: 1}}]}}}}}}\n"
    sheet, problems = parse_rate_sheet(text)
    (overlap,) = [problem for problem in problems if problem.message.code == "overlap"]

    assert sheet is None
    assert (overlap.line, overlap.path) == (4, "zones.b")
    assert f'the zones "a" (line 3) and "b" both have {shared}:' in str(overlap.message)


def test_zones_that_touch_do_not_overlap() -> None:
    zones = (
        "{a: [{country: ES, postal_codes: [07000-07999]}], b: [{country: ES, except: [07*]}, {country: ES, postal_codes: [08*]}]}"
    )

    assert found(with_zones(zones)) == []


def test_everything_that_is_wrong_is_said_at_once_with_its_line() -> None:
    text = """\
currency: Euros
valid_from: 2026-13-01
valid_untill: 2026-12-31
zones:
  a:
    - {country: ES, postal_codes: [28*, 07999-07000, "0*7"]}
    - UK
    - {country: FR, postal_code: 75001, except: []}
  b: ES
  c: []
services:
  s:
    days: 1.5
    zones:
      aa: [{up_to_g: 5, price: 1}]
      a:
        - {up_to_g: 1000, price: -1}
        - {up_to_g: 5000, price: 3}
        - {up_to_g: 2000, price: 3}
        - each_further_kg: 1
        - {up_to_g: 9000, price: 2.12345678}
        - {up_to_g: 9500, price: 4,20}
      b: []
surcharges:
  x: {amount: 1, percent: 2, per: box, zones: [q], services: [t]}
  y: {saturday: yes}
"""
    assert found(text) == [
        (1, "currency", "unknown_code"),
        (2, "valid_from", "wrong_type"),
        (3, "valid_untill", "unknown_key"),
        (6, "zones.a[0].postal_codes[1]", "backwards"),
        (6, "zones.a[0].postal_codes[2]", "bad_postal_code"),
        (7, "zones.a[1]", "unknown_code"),
        (8, "zones.a[2].postal_code", "unknown_key"),
        (8, "zones.a[2].except", "no_codes"),
        (9, "zones.b", "wrong_type"),
        (10, "zones.c", "no_places"),
        (13, "services.s.days", "wrong_type"),
        (15, "services.s.zones.aa", "unknown_zone"),
        (17, "services.s.zones.a[0].price", "negative"),
        (19, "services.s.zones.a[2].up_to_g", "not_ascending"),
        (20, "services.s.zones.a[3]", "further_last"),
        (21, "services.s.zones.a[4].price", "too_fine"),
        (22, "services.s.zones.a[5]", "comma"),
        (23, "services.s.zones.b", "no_steps"),
        (25, "surcharges.x", "amount_or_percent"),
        (25, "surcharges.x.per", "wrong_type"),
        (25, "surcharges.x.services[0]", "unknown_service"),
        (25, "surcharges.x.zones[0]", "unknown_zone"),
        (26, "surcharges.y", "amount_or_percent"),
        (26, "surcharges.y.saturday", "wrong_type"),
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (GOOD.replace("currency", "curency"), 'unknown key "curency", did you mean "currency"?'),
        (GOOD.replace("EUR", "eur"), 'did you mean "EUR"?'),
        (with_zones("{a: [UK]}"), 'did you mean "GB"?'),
        (GOOD.replace("{a: [{up", "{A: [{up"), 'there is no zone "A" in this sheet'),
        (with_steps("[{up_to_g: 1000, price: 4.2.1}]"), "an amount such as 4.20, with a point"),
        (with_steps("[{up_to_g: 1000, price: 2000000}]"), "too high"),
        (with_steps("[{up_to_g: 0, price: 1}]"), "a whole number from 1 to"),
        (f"{GOOD}valid_from: 2026-05-01\nvalid_until: 2026-04-30\n", "ends (2026-04-30) before it begins (2026-05-01)"),
        (GOOD.replace("zones: {a: [{up_to_g: 1000, price: 1}]}", "zones: {}"), "the service has no zones"),
        (GOOD.replace("{s: {zones: {a: [{up_to_g: 1000, price: 1}]}}}", "{}"), "the sheet has no services"),
        (GOOD.replace("[ES]", "[&x ES, *x]"), "anchors and aliases"),
        ("currency: [EUR", "a bracket or brace is opened and never closed"),
        (f"{GOOD}---\n{GOOD}", "a file holds one"),
        ("", "the rate sheet is empty"),
        ("- EUR", "a group of `key: value` is expected here"),
        ("#" * MAX_SHEET_BYTES + "\n", "the limit is 262144 (256 KiB)"),
    ],
)
def test_a_problem_says_what_to_do(text: str, sentence: str) -> None:
    sheet, problems = parse_rate_sheet(text)

    assert sheet is None
    assert [str(one.message) for one in problems if sentence in str(one.message)] != []


def test_what_is_doubtful_is_a_warning_and_the_sheet_is_used() -> None:
    text = """\
currency: EUR
zones: {a: [ES], b: [PT],
  c: [FR]}
services:
  s:
    zones:
      a: [{up_to_g: 1000, price: 4}, {up_to_g: 2000, price: 3}]
      b: [{up_to_g: 1000, price: 4}, each_further_kg: 1]
"""
    sheet, _problems = parse_rate_sheet(text)

    assert sheet is not None
    assert found(text, "warning") == [
        (3, "zones.c", "unused_zone"),
        (7, "services.s.zones.a[1]", "cheaper"),
        (7, "services.s.zones.a", "stops_short"),
    ]


def test_norway_is_a_country() -> None:
    assert found(with_zones("{a: [NO]}")) == []
