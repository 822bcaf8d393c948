"""Countries by the names that shops, marketplaces and people write."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from babel import Locale
from support.country_spellings import NOBODYS, SPELLINGS

from adapters.stores.brightpearl.countries import find_country

LANGUAGES = ("en", "es", "de", "fr", "it", "pt", "el", "ru", "ja", "zh", "zh_Hant", "ko", "ar", "he", "th", "hi", "uk", "tr")
# What a language calls one country is another's name elsewhere, or says nothing.
LEFT_OUT = {"St. Martin", "San Martín", "Saint-Martin", "Saint Martin", "Guiana", "Fas"}
WITHOUT_CODE = {"EU", "EZ", "UN", "QO", "ZZ", "XA", "XB", "CP", "CQ", "DG", "IC", "EA", "AC", "TA"}


@pytest.mark.parametrize("code", SPELLINGS)
def test_usual_spellings(code: str) -> None:
    spellings = SPELLINGS[code].split(" / ")

    assert {spelling: find_country(spelling) for spelling in spellings} == dict.fromkeys(spellings, code)


def test_the_table_has_hundreds_of_spellings() -> None:
    assert sum(len(spellings.split(" / ")) for spellings in SPELLINGS.values()) > 500


@pytest.mark.parametrize("name", NOBODYS)
def test_what_is_no_countrys_name(name: str) -> None:
    assert find_country(name) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_country_in_a_language(language: str) -> None:
    names = {str(name): str(code) for code, name in Locale.parse(language).territories.items() if len(str(code)) == 2}
    wanted = {name: code for name, code in names.items() if code not in WITHOUT_CODE and name not in LEFT_OUT}

    assert {name: find_country(name) for name in wanted} == wanted


def test_start_up_loads_no_names() -> None:
    asked = "from adapters.stores.brightpearl import session, countries; print(countries._names_in.cache_info().currsize)"
    root = Path(__file__).parents[4]
    found = subprocess.run([sys.executable, "-c", asked], cwd=root, capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "0"
