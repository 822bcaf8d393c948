"""What is to be done about an order next, as data that pages, lists and commands show in their own ways."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from engine.model.sentence import Sentence


class Cause(StrEnum):
    """Why something is to be done, or nothing; the most urgent first."""

    CLIENT_ASKS = "client_asks"  # a client waits for this account's answer
    HELD = "held"
    INVALID_SERVICE = "invalid_service"
    INVALID_ADDRESS = "invalid_address"
    REJECTED = "rejected"  # a provider does not ship it
    OVERDUE = "overdue"
    OUTDATED = "outdated"
    LABEL_REFUSED = "label_refused"
    RULE_FAILED = "rule_failed"
    DELIVERY_PROBLEM = "delivery_problem"
    NOT_TOLD = "not_told"  # telling a store or a client was given up
    ASKS_PARTS = "asks_parts"
    MAIL_FAILED = "mail_failed"
    GIVEN_UP = "given_up"  # other work about the order
    ATTENTION = "attention"  # flagged, and nothing above says why
    AWAITING_LABEL = "awaiting_label"
    AWAITING_PAYMENT = "awaiting_payment"
    BUYING_LABEL = "buying_label"
    HANDING_OVER = "handing_over"
    AT_PROVIDER = "at_provider"
    TELLING = "telling"
    ON_ITS_WAY = "on_its_way"
    ENDED = "ended"


class Cure(StrEnum):
    """What a person of the account does about it; each is one form, or one place on the order's page."""

    ANSWER = "answer"
    RELEASE = "release"
    CHOOSE_SERVICE = "choose_service"
    CORRECT_ADDRESS = "correct_address"
    CHOOSE_PROVIDER = "choose_provider"
    RECALL = "recall"
    WRITE = "write"  # to the provider
    DECIDE_ANEW = "decide_anew"
    CONFIGURE_SHIPMENT = "configure_shipment"
    SHIP_BY_HAND = "ship_by_hand"
    SEE_SHIPMENT = "see_shipment"
    TELL_AGAIN = "tell_again"
    ANSWER_PARTS = "answer_parts"
    MAIL_AGAIN = "mail_again"


class Owner(StrEnum):
    """Whose turn it is."""

    ACCOUNT = "account"
    PROVIDER = "provider"
    CLIENT = "client"
    STORE = "store"
    CARRIER = "carrier"
    RELEVO = "relevo"  # it goes on by itself
    NOBODY = "nobody"


DAILY_WORK = frozenset({Cause.AWAITING_LABEL})


@dataclass(frozen=True, slots=True)
class NextAction:
    """One thing about one order. Times are in UTC and stand in no sentence, so that each reader sees them in the own zone.

    `since` is how long it has been so, where that is known, else when the order was last changed. `until`: when it ends, or
    goes on, by itself. Without a cure a person of the account can only wait.
    """

    cause: Cause
    reason: Sentence
    owner: Owner
    since: datetime
    cure: Cure | None = None
    until: datetime | None = None
    who: str = ""  # the owner's name, where it has one
    subject: str = ""  # what the cure is about: the id of a hold, a request or a shipment
    detail: str = ""  # beside the subject: which mail, which kind of work
    rules: tuple[str, ...] = ()  # the ids of the rules it comes from
    other_cure: Cure | None = None  # what a person may do instead

    @property
    def needs_person(self) -> bool:
        """Whether it stands still until a person of the account acts: more than the daily work."""
        return self.cure is not None and self.cause not in DAILY_WORK
