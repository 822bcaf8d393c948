"""Tracking numbers of one's own."""

from __future__ import annotations

import pytest

from adapters.carriers.house.numbers import HIGHEST_RUNNING, check_number, grouped, tracking_number
from engine.ports.carriers import CarrierRefused


def test_a_number_is_prefix_running_digits_and_check_digit() -> None:
    assert tracking_number("ACME", 1) == "ACME0000000013"
    assert tracking_number("X", HIGHEST_RUNNING)[:-1] == "X999999999"


def test_the_check_digit_is_damms() -> None:
    assert tracking_number("0", 572) == "00000005724"  # his own example; zeros before a number change nothing


@pytest.mark.parametrize("number", [tracking_number(prefix, 390_671_828) for prefix in ("ACME", "Z", "X1Y2Z3", "909")])
def test_any_wrong_digit_and_any_exchange_of_neighbours_is_found(number: str) -> None:
    wrong = {
        f"{number[:at]}{digit}{number[at + 1 :]}" for at in range(len(number)) for digit in "0123456789" if number[at].isdigit()
    }
    digits = [at for at in range(len(number) - 1) if number[at : at + 2].isdigit()]
    wrong |= {f"{number[:at]}{number[at + 1]}{number[at]}{number[at + 2 :]}" for at in digits}

    assert check_number(number)
    assert [other for other in wrong - {number} if check_number(other)] == []


@pytest.mark.parametrize("other", ["", "ACME", "acme0000000019", "ACME000000001", "ACMEXYZ0000000019", "ACME00000000１9"])
def test_what_is_no_number_of_ours_is_told(other: str) -> None:
    assert not check_number(other)


def test_a_range_that_is_used_up_says_so() -> None:
    with pytest.raises(CarrierRefused, match='"ACME" are used up after 99:'):
        tracking_number("ACME", 100, 99)


def test_numbers_are_read_out_in_groups() -> None:
    assert grouped("ACME0000001234") == "ACME 000 000 1234"
    assert grouped("1Z999") == "1Z999"
