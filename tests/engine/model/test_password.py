"""Which passwords are refused, and why."""

from __future__ import annotations

import random
import string

import pytest

from engine.model.password import MIN_LENGTH, Weakness, find_weakness

ABOUT = ("ana.nunez@casa-verde.example", "Casa Verde")


@pytest.mark.parametrize(
    ("weakness", "passwords"),
    [
        (Weakness.SHORT, ["", "short", "T7$kfp93z"]),
        (Weakness.FEW_CHARACTERS, [" " * 10, "aaaaaaaaaa", "aaaaaaaaab", "1212121212", "abcabcabcabc", "x9" * 8]),
        (
            Weakness.COMMON,
            [
                *("1234567890", "0987654321", "0123456789", "abcdefghij", "zyxwvutsrq", "qwertyuiop", "poiuytrewq", "1q2w3e4r5t"),
                *(
                    "password12",
                    "Password123!",
                    "P@ssw0rd2024",
                    "passwordpassword",
                    "contraseña1",
                    "Contraseña2026",
                    "iloveyou123",
                ),
                *("qwerty12345", "1234512345", "11223344556677", "12/05/1984", "1984-05-12", "bienvenido1", "monkeydragon"),
                *("Relevo2026!", "barcelona1899", "ａｄｍｉｎ12345678"),
            ],
        ),
        (
            Weakness.PERSONAL,
            [
                *("ana.nunez@casa-verde.example", "ANA.NUNEZ@CASA-VERDE.EXAMPLE", "ana.nunez1", "casaverde1", "Casa Verde 1"),
                *("C4saV3rde2026!", "casa-verde-2026"),
            ],
        ),
    ],
)
def test_what_is_guessed_first_is_refused(weakness: Weakness, passwords: list[str]) -> None:
    assert {password: find_weakness(password, ABOUT) for password in passwords} == dict.fromkeys(passwords, weakness)


@pytest.mark.parametrize(
    "password",
    [
        *("pass-word-1234", "a relay needs two", "correct horse battery", "hush-hush-77", "T7$kfp93zq", "ñandúes azules"),
        *("el gato de Casa Verde duerme", "una tetera 1984", "漢字かな交じり文章です"),
    ],
)
def test_what_takes_long_to_guess_is_taken(password: str) -> None:
    assert find_weakness(password, ABOUT) is None


def test_what_is_known_of_others_does_not_matter() -> None:
    assert find_weakness("casaverde1", ("bob@elsewhere.example", "Elsewhere")) is None


def test_random_passwords_are_taken() -> None:
    source = random.Random(20)
    characters = string.ascii_letters + string.digits
    passwords = ["".join(source.choices(characters, k=MIN_LENGTH)) for _ in range(300)]

    assert [password for password in passwords if find_weakness(password, ABOUT) is not None] == []
