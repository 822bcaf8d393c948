"""How far a parcel has come: what carriers say, in one vocabulary, when they are asked, and what is wrong on the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from engine.model.sentence import Sentence
from rules.messages import Text


class TrackingState(StrEnum):
    """Where a parcel is on its way."""

    LABEL_CREATED = "label_created"
    SHIPPED = "shipped"  # said by hand, without a label of a carrier that is asked
    ACCEPTED = "accepted"  # the carrier's first scan
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    AVAILABLE_FOR_PICKUP = "available_for_pickup"
    DELIVERED = "delivered"
    EXCEPTION = "exception"
    RETURNED = "returned"
    VOIDED = "voided"


_S = TrackingState
TRACKING_WORDS: dict[TrackingState, Text] = {
    _S.LABEL_CREATED: Text("The label was created.", "Se creó la etiqueta."),
    _S.SHIPPED: Text("Marked as shipped.", "Marcado como enviado."),
    _S.ACCEPTED: Text("The carrier has the parcel.", "La empresa de transporte tiene el paquete."),
    _S.IN_TRANSIT: Text("On its way.", "En camino."),
    _S.OUT_FOR_DELIVERY: Text("Out for delivery.", "En reparto."),
    _S.AVAILABLE_FOR_PICKUP: Text("Ready to be collected.", "Listo para recoger."),
    _S.DELIVERED: Text("Delivered.", "Entregado."),
    _S.EXCEPTION: Text("Something went wrong on the way.", "Hubo una incidencia en el camino."),
    _S.RETURNED: Text("On its way back to the sender.", "De vuelta al remitente."),
    _S.VOIDED: Text("The label was voided.", "Se anuló la etiqueta."),
}
# The further on, the later; what is wrong has no place among them.
_WAY = (_S.LABEL_CREATED, _S.SHIPPED, _S.ACCEPTED, _S.IN_TRANSIT, _S.OUT_FOR_DELIVERY, _S.AVAILABLE_FOR_PICKUP, _S.DELIVERED)
_SCANNED = frozenset({_S.ACCEPTED, _S.IN_TRANSIT, _S.OUT_FOR_DELIVERY, _S.AVAILABLE_FOR_PICKUP, _S.DELIVERED, _S.RETURNED})
_ENDED = frozenset({_S.DELIVERED, _S.RETURNED, _S.VOIDED})


class TrackingSource(StrEnum):
    """Why the carrier was asked."""

    POLL = "poll"
    CALL = "call"  # it called
    PERSON = "person"


class TrackingProblem(StrEnum):
    """What a person has to look after."""

    EXCEPTION = "exception"
    RETURNED = "returned"
    NOT_HANDED_OVER = "not_handed_over"


@dataclass(frozen=True, slots=True)
class TrackingEvent:
    """Something that happened to a parcel. `words` are the carrier's own, where it has some; `place` may be empty.

    `number` is the parcel's tracking number; empty where the shipment has one parcel.
    """

    at: datetime
    state: TrackingState
    words: Sentence | None = None
    place: str = ""
    number: str = ""
    source: TrackingSource | None = None  # None until it is kept

    @property
    def sentence(self) -> Text:
        """What a person reads."""
        return TRACKING_WORDS[self.state] if self.words is None else self.words


# How often a carrier is asked about a parcel that is under way, by how long ago it should have left: nothing after the last.
ASKED_EVERY: tuple[tuple[timedelta, timedelta], ...] = (
    (timedelta(days=2), timedelta(hours=1)),
    (timedelta(days=7), timedelta(hours=4)),
    (timedelta(days=60), timedelta(days=1)),
)
ASKED_FIRST = timedelta(minutes=30)
ASKED_UNSCANNED = timedelta(days=30)  # a parcel that no carrier has seen by then is not asked about any more
HANDED_OVER_WITHIN = timedelta(days=3)
HEARD_EVERY = timedelta(minutes=1)  # a carrier that calls: however often, it is asked no more often
_FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=15), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Tracking:
    """How far one shipment has come, as its account sees it.

    The account that bought the label asks the carrier: for it there are `carrier_account_id` and `ask_at`. The merchant whose
    provider shipped hears of what came of it, and asks nobody.
    """

    shipment_id: str
    account_id: str
    order_id: str
    since: datetime  # when it should leave: the label's time, or its ship date
    carrier_account_id: str | None = None
    carrier_id: str = ""  # the carrier's own id of the shipment
    state: TrackingState = TrackingState.LABEL_CREATED
    words: Sentence | None = None  # the carrier's last ones
    first_scan_at: datetime | None = None
    delivered_at: datetime | None = None
    asked_at: datetime | None = None  # when the carrier last answered
    ask_at: datetime | None = None  # None: not any more
    failures: int = 0  # times in a row that the carrier did not answer
    called: bool = False  # the carrier called, and has not been asked since
    problem: TrackingProblem | None = None
    problem_at: datetime | None = None

    @property
    def asks(self) -> bool:
        """Whether this is the account that asks the carrier."""
        return self.carrier_account_id is not None

    def begin(self, now: datetime) -> Self:
        """The first question is due a while after the parcel should have left."""
        return replace(self, ask_at=max(self.since, now) + ASKED_FIRST)

    def end(self) -> Self:
        """The shipment was taken back: nobody is asked, and nothing is wrong."""
        return replace(self, state=_S.VOIDED, ask_at=None, called=False, problem=None, problem_at=None)

    def call(self, now: datetime) -> Self:
        """The carrier says that it has news."""
        earliest = now if self.asked_at is None else self.asked_at + HEARD_EVERY
        return replace(self, ask_at=max(now, earliest), called=True)

    def fail(self, now: datetime) -> Self:
        """The carrier did not answer: it is left alone for longer each time."""
        pause = min(_FIRST_PAUSE * 2 ** min(self.failures, 10), LONGEST_PAUSE)
        following = self.next_ask(now, is_over=False)
        ask_at = None if following is None else max(following, now + pause)
        return replace(self, failures=self.failures + 1, ask_at=ask_at, called=False)

    def hear(self, events: Sequence[TrackingEvent], numbers: Sequence[str], now: datetime) -> Self:
        """After the carrier's answer, given all events that are known of these parcels by now."""
        ordered = in_order(events)
        last = last_states(ordered, numbers)
        scans = [event.at for event in ordered if event.state in _SCANNED]
        heard = replace(
            self,
            state=state_of(last.values()),
            words=ordered[-1].words if ordered else self.words,
            first_scan_at=min(scans, default=self.first_scan_at),
            delivered_at=_delivered_at(ordered, last),
            asked_at=now,
            failures=0,
            called=False,
        )
        heard = replace(heard, ask_at=heard.next_ask(now, is_over=all(state in _ENDED for state in last.values())))
        problem = heard.find_problem(now)
        if problem == self.problem:
            return heard
        return replace(heard, problem=problem, problem_at=None if problem is None else now)

    def find_problem(self, now: datetime) -> TrackingProblem | None:
        """What is wrong with it at a moment."""
        if self.state is _S.EXCEPTION:
            return TrackingProblem.EXCEPTION
        if self.state is _S.RETURNED:
            return TrackingProblem.RETURNED
        is_late = self.state is _S.LABEL_CREATED and now - self.since >= HANDED_OVER_WITHIN
        return TrackingProblem.NOT_HANDED_OVER if is_late else None

    def next_ask(self, now: datetime, *, is_over: bool) -> datetime | None:
        """When the carrier is to be asked again, by the plan alone."""
        age = now - self.since
        is_given_up = self.first_scan_at is None and age > ASKED_UNSCANNED
        if not self.asks or is_over or is_given_up:
            return None
        return next((now + interval for until, interval in ASKED_EVERY if age <= until), None)


def in_order(events: Iterable[TrackingEvent]) -> list[TrackingEvent]:
    """The earliest first, whatever the order in which they came; at the same moment what is further on comes later."""
    return sorted(events, key=lambda event: (event.at, _WAY.index(event.state) if event.state in _WAY else len(_WAY)))


def last_states(ordered: Sequence[TrackingEvent], numbers: Sequence[str]) -> Mapping[str, TrackingState]:
    """Where each parcel is by its number; one that nobody has seen has its label."""
    alone = numbers[0] if numbers else ""
    last = dict.fromkeys(numbers or [alone], _S.LABEL_CREATED)
    last.update({event.number or alone: event.state for event in ordered})
    return last


def state_of(last: Iterable[TrackingState]) -> TrackingState:
    """Where a shipment is by the states of its parcels: what is wrong with one of them, else where the last of them is."""
    states = set(last)
    for wrong in (_S.EXCEPTION, _S.RETURNED):
        if wrong in states:
            return wrong
    return next((state for state in _WAY if state in states), _S.VOIDED)


def _delivered_at(ordered: Sequence[TrackingEvent], last: Mapping[str, TrackingState]) -> datetime | None:
    """When the last parcel was delivered; None before all are."""
    if set(last.values()) != {_S.DELIVERED}:
        return None
    return max(event.at for event in ordered if event.state is _S.DELIVERED)
