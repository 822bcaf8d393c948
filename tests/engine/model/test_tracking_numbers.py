"""Tracking numbers as people paste them."""

from __future__ import annotations

import pytest

from engine.model.tracking_numbers import split_numbers


@pytest.mark.parametrize(
    ("entered", "numbers"),
    [
        (["T1"], ["T1"]),
        ([" 123 456 789 "], ["123456789"]),
        (["12\u00a034\u200956\t78\u200b9\ufeff0\u00ad1"], ["12345678901"]),
        (["1Z 999", "1z999"], ["1Z999"]),
        (["T1, T2;T3\r\nT4\u2028T5"], ["T1", "T2", "T3", "T4", "T5"]),
        (["T1,,T2,\n"], ["T1", "T2"]),
        (["AB-12", "AB\u201112", "AB12"], ["AB-12", "AB12"]),
        (["\uff11\uff12\uff13"], ["123"]),
        ([], []),
        (["T1", " "], ["T1", ""]),
        ([";"], [""]),
        (["T\x001"], ["T\x001"]),
    ],
)
def test_numbers_are_clean_and_each_is_there_once(entered: list[str], numbers: list[str]) -> None:
    assert split_numbers(entered) == numbers
