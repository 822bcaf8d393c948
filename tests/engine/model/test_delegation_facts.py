"""What has become of an order at providers, by its requests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from engine.model.delegation_facts import Asked, DelegationFacts, with_delegation
from engine.model.reject_reasons import REJECT_REASONS
from rules.fields.closed_values import REFUSAL_REASONS
from rules.fields.delegation import KEYS

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SLUGS = {"acc_a": "acme", "acc_b": "beta"}


@dataclass(frozen=True)
class ARequest:
    """A request as far as the facts go."""

    provider_id: str
    state: str
    state_reason: str | None = None
    created_at: datetime = NOW
    fulfil_by: datetime | None = None

    @property
    def is_live(self) -> bool:
        return self.state in ("requested", "accepted")


def facts_of(*requests: Asked) -> DelegationFacts:
    facts = DelegationFacts.from_requests(requests, SLUGS, NOW)
    assert facts is not None
    return facts


def test_without_a_request_there_are_none() -> None:
    assert DelegationFacts.from_requests([], SLUGS, NOW) is None


def test_a_request_that_is_not_answered_says_who_was_asked() -> None:
    assert facts_of(ARequest("acc_a", "requested")).part() == {"provider": "acme", "round": 0}


def test_the_last_request_says_who_and_why_and_all_of_them_how_often() -> None:
    earlier, later = NOW - timedelta(hours=2), NOW - timedelta(hours=1)
    requests = [
        ARequest("acc_b", "rejected", "out_of_stock", later),
        ARequest("acc_a", "closed", "too_large", earlier),
    ]

    assert facts_of(*requests).part() == {
        "provider": "beta",
        "reason": "out_of_stock",
        "round": 2,
        "refused_by": ["acme", "beta"],
    }


def test_what_was_taken_back_counts_for_nothing() -> None:
    assert facts_of(ARequest("acc_a", "cancelled", "duplicate")).part() == {"provider": "acme", "round": 0}


def test_a_provider_that_was_asked_again_refuses_no_more() -> None:
    again = facts_of(ARequest("acc_a", "rejected", "other"), ARequest("acc_a", "accepted", created_at=NOW + timedelta(1)))

    assert (again.round, again.refused_by, again.reason) == (1, (), None)


@pytest.mark.parametrize("reason", REFUSAL_REASONS)
def test_each_reason_is_told_by_its_code(reason: str) -> None:
    assert facts_of(ARequest("acc_a", "rejected", reason)).reason == reason


def test_a_reason_in_words_is_another_reason() -> None:
    assert facts_of(ARequest("acc_a", "rejected", "The dog ate it")).reason == "other"
    assert facts_of(ARequest("acc_a", "rejected")).reason is None


def test_why_a_recall_was_refused_is_told_while_the_request_lives_on() -> None:
    assert facts_of(ARequest("acc_a", "accepted", "cutoff_missed")).reason == "cutoff_missed"
    assert facts_of(ARequest("acc_a", "accepted", "said_something")).reason is None


@pytest.mark.parametrize(
    ("left", "hours"),
    [
        (timedelta(hours=4, minutes=30), "4.50"),
        (timedelta(0), "0.00"),
        (-timedelta(microseconds=1), "-0.01"),
        (-timedelta(days=2), "-48.00"),
        (timedelta(seconds=59), "0.01"),
    ],
)
def test_hours_are_left_until_the_last_request_should_have_shipped(left: timedelta, hours: str) -> None:
    facts = facts_of(ARequest("acc_a", "accepted", fulfil_by=NOW + left))

    assert str(facts.hours_left) == hours
    assert facts.part()["hours_left"] == Decimal(hours)


def test_the_order_as_rules_see_it_holds_all_of_them_and_nothing_of_what_it_says_itself() -> None:
    requests = [ARequest("acc_a", "rejected", "other", fulfil_by=NOW)]

    seen = with_delegation({"gift": True, "delegation": {"round": 7, "forged": 1}}, facts_of(*requests))

    assert tuple(seen["delegation"]) == KEYS
    assert (seen["gift"], seen["delegation"]["round"]) == (True, 1)
    assert with_delegation({"delegation": {"round": 7}}, None) == {}


def test_rules_and_answers_know_the_same_reasons() -> None:
    assert tuple(REJECT_REASONS) == REFUSAL_REASONS
