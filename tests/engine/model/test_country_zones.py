"""The time zone of a country, against the time zone database."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from engine.model.country_zones import PRIMARY_ZONES, zone_of, zones_of

ASKED_FOR = ("AQ", "AU", "BR", "CA", "CD", "FM", "GL", "ID", "KI", "MN", "MX", "PF", "PG", "RU", "UM", "US")


@pytest.mark.parametrize(
    ("country", "zone"),
    [
        *(
            ("GB", "Europe/London"),
            ("ES", "Europe/Madrid"),
            ("PT", "Europe/Lisbon"),
            ("FR", "Europe/Paris"),
            ("DE", "Europe/Berlin"),
        ),
        *(("IT", "Europe/Rome"), ("IE", "Europe/Dublin"), ("JP", "Asia/Tokyo"), ("IN", "Asia/Kolkata"), ("CO", "America/Bogota")),
        *(
            ("PE", "America/Lima"),
            ("AR", "America/Argentina/Buenos_Aires"),
            ("CL", "America/Santiago"),
            ("PR", "America/Puerto_Rico"),
        ),
        *(("UA", "Europe/Kyiv"), ("NZ", "Pacific/Auckland"), ("XK", "Europe/Belgrade")),
    ],
)
def test_a_country_with_one_zone_has_that(country: str, zone: str) -> None:
    assert zone_of(country) == zone
    assert ZoneInfo(zone).key == zone


@pytest.mark.parametrize("country", ASKED_FOR)
def test_in_a_country_of_several_zones_nobody_guesses(country: str) -> None:
    assert zone_of(country) is None
    assert len(zones_of(country)) > 1


def test_every_country_of_the_database_is_one_or_the_other() -> None:
    countries = [f"{one}{two}" for one in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" for two in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    known = [country for country in countries if zones_of(country)]

    assert len(known) > 240
    assert [country for country in known if zone_of(country) is None] == list(ASKED_FOR)
    assert all(zone in zones_of(country) for country, zone in PRIMARY_ZONES.items())
    assert zone_of("ZZ") is None
