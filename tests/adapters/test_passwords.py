from __future__ import annotations

import argon2
import pytest

from adapters.passwords import Argon2PasswordHasher


@pytest.fixture(scope="module")
def hasher() -> Argon2PasswordHasher:
    return Argon2PasswordHasher(argon2.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))


def test_only_the_password_itself_fits(hasher: Argon2PasswordHasher) -> None:
    kept = hasher.hash("Contraseña 1")

    assert hasher.verify(kept, "Contraseña 1")
    assert not hasher.verify(kept, "contraseña 1")
    assert not hasher.verify(kept, "")


def test_the_hash_is_argon2id_with_a_salt_and_without_the_password(hasher: Argon2PasswordHasher) -> None:
    first, second = hasher.hash("hunter2"), hasher.hash("hunter2")

    assert first.startswith("$argon2id$")
    assert first != second
    assert "hunter2" not in first


def test_both_ways_to_send_an_accent_are_one_password(hasher: Argon2PasswordHasher) -> None:
    assert hasher.verify(hasher.hash("caf\u00e9"), "cafe\u0301")


@pytest.mark.parametrize("damaged", ["", "plain", "$argon2id$v=19$m=64,t=1,p=1$c2FsdA$"])
def test_a_damaged_hash_fits_no_password(hasher: Argon2PasswordHasher, damaged: str) -> None:
    assert not hasher.verify(damaged, "hunter2")


def test_hashes_of_other_costs_still_verify(hasher: Argon2PasswordHasher) -> None:
    costlier = Argon2PasswordHasher(argon2.PasswordHasher(time_cost=2, memory_cost=128, parallelism=1))

    assert hasher.verify(costlier.hash("hunter2"), "hunter2")
