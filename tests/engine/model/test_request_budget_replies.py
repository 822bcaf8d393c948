"""What the vendor's replies change in a shared request budget."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.properties import examples
from support.request_budget import USUAL, WRITE_BACK, Budget, Vendor, drive

from engine.model.request_budget import Allowance


def test_ordinary_replies_change_nothing() -> None:
    budget = Budget()
    for number in range(180):
        budget.take(number / 10)
        assert not budget.report(199 - number, number / 10 + 0.2, resets_in=60, sent=number / 10)
    assert not budget.report(199 - 165, 18.1, resets_in=42, sent=18.0), "others of ours may have arrived since"


def test_what_other_apps_use_is_believed_until_its_period_ends() -> None:
    budget = Budget()
    budget.take(0)

    assert budget.report(99, 0.2, resets_in=30)
    assert budget.used(0.2) == 101
    assert not budget.report(99, 0.3, resets_in=30)
    assert budget.take_all(1) == 79
    assert budget.take_all(1, purpose=WRITE_BACK) == 20


def test_when_the_period_of_others_is_over_one_request_finds_out_what_is_left() -> None:
    budget = Budget()
    budget.report(10, 0, resets_in=30)
    assert budget.take(29) > 0

    assert budget.take_all(30) == 1
    assert budget.report(199, 30.2, resets_in=60, sent=30)
    assert budget.take_all(30.2) == 179


def test_what_others_still_use_when_their_period_is_over_goes_on_counting() -> None:
    budget = Budget()
    budget.report(20, 0, resets_in=0.5)
    for number in range(1, 20):
        assert budget.take_all(number) == 1
        budget.report(19, number + 0.1, resets_in=0.5, sent=number)


def test_a_period_that_ends_at_once_is_no_reason_to_ask_at_once() -> None:
    budget = Budget()
    budget.report(10, 0, resets_in=0.01)

    assert [budget.take_all(0.02), budget.take_all(0.9), budget.take_all(1)] == [0, 0, 1]


def test_who_gets_no_reply_to_find_out_asks_again() -> None:
    budget = Budget()
    budget.report(10, 0, resets_in=30)

    assert [budget.take_all(30), budget.take_all(30.9), budget.take_all(31)] == [1, 0, 1]


def test_a_refusal_stops_everybody_until_the_period_is_over() -> None:
    budget = Budget()
    budget.take(0)

    assert budget.report(0, 0.1, resets_in=20, refused=True)
    assert budget.take(1, purpose=WRITE_BACK) == budget.take(1) == 5
    assert 0 < budget.take(20, purpose=WRITE_BACK) <= 0.1
    assert budget.take(20.1, purpose=WRITE_BACK) == 0


def test_a_refusal_without_a_period_stops_everybody_for_a_window() -> None:
    budget = Budget()
    budget.report(0, 0, refused=True)

    assert budget.take(59.9, purpose=WRITE_BACK) > 0
    assert budget.take(60, purpose=WRITE_BACK) == 0


def test_a_new_period_of_the_vendor_frees_what_was_taken_before_it() -> None:
    budget = Budget()
    budget.take_all(0)

    assert budget.report(197, 5, sent=4.5, resets_in=60)
    assert budget.used(5) == 3
    assert budget.take_all(5) == 177


def test_what_may_still_be_on_its_way_is_never_freed() -> None:
    budget = Budget()
    budget.take_all(0)

    budget.report(199, 0.9, sent=0.5)
    assert budget.take_all(2) == 0
    assert budget.take_all(2.25) == 1, "which finds out"
    assert budget.take_all(2.3) == 0


def test_after_a_refusal_more_room_is_not_believed_for_a_while() -> None:
    budget = Budget()
    budget.report(0, 0, resets_in=1, refused=True)
    budget.take_all(70)

    assert not budget.report(199, 80, sent=80)
    budget.take_all(700)
    assert budget.report(199, 710, sent=710)


def test_a_second_look_is_called_off_when_replies_show_that_the_vendor_counts() -> None:
    budget = Budget()
    for _ in range(100):
        budget.take(0)

    assert budget.report(180, 0.5, sent=0.2), "99 may have been on their way: one more request is to find out"
    assert budget.report(100, 0.9, sent=0.3), "they were, and are counted"
    assert budget.take_all(1) == 80
    assert [budget.take_all(2), budget.take_all(10)] == [0, 0], "nothing is left to find out"


def test_a_refusal_calls_a_second_look_off() -> None:
    budget = Budget()
    for _ in range(100):
        budget.take(0)
    budget.report(180, 0.5, sent=0.2)

    budget.report(0, 0.9, resets_in=0.5, sent=0.3, refused=True)

    assert budget.take_all(1.8) == 0


@pytest.mark.parametrize("counts", ["rolling", "fixed"])
@pytest.mark.parametrize("seed", [80, 86, 147, 314, 365, 15278])
def test_reads_never_look_into_the_reserve_of_a_vendor_that_counts(counts: str, seed: int) -> None:
    """Seeds that once did: what had been on its way when a reply was read had long been counted."""
    vendor = Vendor(counts, Allowance(limit=40, window_s=12.0, reserve=6, slack_s=0.4))

    drive(vendor, 40, seed)

    assert vendor.lowest_for_reads == vendor.allowance.reserve


@pytest.mark.parametrize("counts", ["rolling", "fixed"])
@pytest.mark.parametrize("writers", [0, 1, 3])
@settings(max_examples=examples(20))
@given(seed=st.integers(0, 10**6))
def test_however_long_requests_travel_none_is_refused_and_reads_leave_the_reserve(counts: str, writers: int, seed: int) -> None:
    vendor = Vendor(counts, Allowance(limit=40, window_s=12.0, reserve=6, slack_s=0.4))

    done = drive(vendor, 40, seed, writers=writers)

    assert vendor.refused == 0
    assert writers or vendor.lowest_for_reads >= vendor.allowance.reserve
    assert done >= 85


def test_a_vendor_that_counts_nothing_is_not_kept_waiting_for() -> None:
    vendor = Vendor("nothing", USUAL)

    assert drive(vendor, 120, seed=1, workers=20) > 3000


def test_a_burst_that_a_vendor_does_not_count_is_followed_by_a_second_look() -> None:
    vendor = Vendor("nothing", USUAL)

    assert drive(vendor, 60, seed=1, workers=1, travel=0.001) > 60 * 100


@pytest.mark.parametrize("counts", ["rolling", "fixed"])
def test_a_smaller_cap_than_ours_still_lets_reads_through(counts: str) -> None:
    vendor = Vendor(counts, Allowance(limit=5, window_s=3.0, reserve=0))

    assert drive(vendor, 60, seed=1, workers=1, own=USUAL) >= 18
    assert vendor.refused <= 1


def test_other_apps_whose_use_rises_and_falls_are_made_room_for() -> None:
    vendor = Vendor("rolling", USUAL, others=lambda now: int(40 + 12 * math.sin(now / 60)))

    done = drive(vendor, 600, seed=1)

    assert vendor.refused == 0
    assert vendor.lowest_for_reads >= 20 - 12, "others took more while our requests waited"
    assert done >= 1000


def test_an_honest_account_is_used_in_full_and_no_further() -> None:
    vendor = Vendor("rolling", USUAL)

    assert drive(vendor, 300, seed=1) >= 5 * 180 - 10
    assert (vendor.refused, vendor.lowest_for_reads) == (0, 20)
