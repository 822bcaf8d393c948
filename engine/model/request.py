"""Handing an order over to a 3PL: what was asked and answered (`state`), and how far the work is (`work`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Self

from engine.model.reason_line import ReasonLine
from engine.model.request_change import RequestChange
from engine.model.transitions import IllegalTransition, Side, Transition
from rules.messages import Text


class RequestState(StrEnum):
    """What was asked of a provider, and what the answer was."""

    REQUESTED = "requested"  # lies with the provider, who has not answered
    ACCEPTED = "accepted"  # the provider has it
    REJECTED = "rejected"
    CANCEL_REQUESTED = "cancel_requested"  # recalled after the work had begun: the provider has to answer
    CANCELLED = "cancelled"  # taken back: the units are the merchant's again
    CLOSED = "closed"  # the provider ships the rest no more


LIVE = frozenset({RequestState.REQUESTED, RequestState.ACCEPTED, RequestState.CANCEL_REQUESTED})
CONNECTION_REMOVED = "connection_removed"  # why a request was cancelled


class Work(StrEnum):
    """How far the provider's work is."""

    SCHEDULED = "scheduled"  # not before a time
    WAITING = "waiting"  # may be started
    HELD = "held"
    IN_PROGRESS = "in_progress"  # from here on nothing is taken back without an answer
    SHIPPED_IN_PART = "shipped_in_part"
    DONE = "done"
    INCOMPLETE = "incomplete"  # closed with a rest


UNSTARTED = (Work.SCHEDULED, Work.WAITING, Work.HELD)
STARTED = (Work.IN_PROGRESS, Work.SHIPPED_IN_PART)


class RequestAction(StrEnum):
    """What gives a request another state, or begins its work. The codes are what commands call them."""

    ACCEPT = "accept"
    REJECT = "reject"
    START = "start"
    CLOSE = "close"
    RECALL = "recall"
    GRANT_CANCEL = "grant-cancel"
    REFUSE_CANCEL = "refuse-cancel"
    ACCEPT_CHANGE = "accept-change"
    REFUSE_CHANGE = "refuse-change"
    END = "end"  # the connection is over


@dataclass(frozen=True, slots=True)
class RequestTransition(Transition[RequestState, RequestAction]):
    """One row; without `works` it makes no difference how far the work is.

    `sent` says that it counts only of what has, or has not, left for a provider's own system; `change` that it counts only
    while a change waits for an answer.
    """

    works: tuple[Work, ...] = ()
    sent: bool | None = None
    change: bool = False

    def fits(self, request: FulfillmentRequest, action: RequestAction, side: Side, now: datetime) -> bool:
        if self.sent is not None and self.sent is not (request.sent_at is not None):
            return False
        if self.change and not request.waits_for_change:
            return False
        return self.begins_at(request.state, action, side) and (not self.works or request.work(now) in self.works)


_R, _A, _P = RequestState, RequestAction, (Side.PROVIDER,)
_OWNER = (Side.MERCHANT, Side.SYSTEM)
REQUEST_TRANSITIONS: tuple[RequestTransition, ...] = (
    RequestTransition((_R.REQUESTED,), _A.ACCEPT, (_R.ACCEPTED,), _P),
    RequestTransition((_R.REQUESTED,), _A.REJECT, (_R.REJECTED,), _P, UNSTARTED),
    RequestTransition((_R.ACCEPTED,), _A.REJECT, (_R.REJECTED,), _P, UNSTARTED),
    RequestTransition((_R.REQUESTED,), _A.START, (_R.ACCEPTED,), _P, (Work.WAITING,)),
    RequestTransition((_R.ACCEPTED,), _A.START, (_R.ACCEPTED,), _P, (Work.WAITING,)),
    RequestTransition((_R.ACCEPTED,), _A.CLOSE, (_R.CLOSED,), _P, (*UNSTARTED, *STARTED)),
    RequestTransition((_R.REQUESTED,), _A.RECALL, (_R.CANCELLED,), _OWNER, UNSTARTED, sent=False),
    RequestTransition((_R.ACCEPTED,), _A.RECALL, (_R.CANCELLED,), _OWNER, UNSTARTED, sent=False),
    RequestTransition((_R.REQUESTED,), _A.RECALL, (_R.CANCEL_REQUESTED,), _OWNER, UNSTARTED, sent=True),
    RequestTransition((_R.ACCEPTED,), _A.RECALL, (_R.CANCEL_REQUESTED,), _OWNER, UNSTARTED, sent=True),
    RequestTransition((_R.REQUESTED,), _A.RECALL, (_R.CANCEL_REQUESTED,), _OWNER, STARTED),
    RequestTransition((_R.ACCEPTED,), _A.RECALL, (_R.CANCEL_REQUESTED,), _OWNER, STARTED),
    RequestTransition((_R.CANCEL_REQUESTED,), _A.GRANT_CANCEL, (_R.CANCELLED,), _P, (*UNSTARTED, *STARTED)),
    RequestTransition((_R.CANCEL_REQUESTED,), _A.REFUSE_CANCEL, (_R.ACCEPTED,), _P),
    RequestTransition((_R.REQUESTED,), _A.ACCEPT_CHANGE, (_R.REQUESTED,), _P, change=True),
    RequestTransition((_R.ACCEPTED,), _A.ACCEPT_CHANGE, (_R.ACCEPTED,), _P, change=True),
    RequestTransition((_R.REQUESTED,), _A.REFUSE_CHANGE, (_R.REQUESTED,), _P, change=True),
    RequestTransition((_R.ACCEPTED,), _A.REFUSE_CHANGE, (_R.ACCEPTED,), _P, change=True),
    RequestTransition((_R.REQUESTED, _R.ACCEPTED, _R.CANCEL_REQUESTED), _A.END, (_R.CANCELLED,), (Side.SYSTEM,)),
)

STATE_WORDS: Mapping[RequestState, Text] = {
    RequestState.REQUESTED: Text(
        "The request lies with {provider}, who has not answered yet.",
        "La solicitud está en manos de {provider}, que aún no ha respondido.",
    ),
    RequestState.ACCEPTED: Text("{provider} has accepted the request.", "{provider} ha aceptado la solicitud."),
    RequestState.REJECTED: Text("{provider} has rejected the request.", "{provider} ha rechazado la solicitud."),
    RequestState.CANCEL_REQUESTED: Text(
        "{client} has asked for the order back, and {provider} has not answered yet.",
        "{client} ha pedido que se le devuelva el pedido y {provider} aún no ha respondido.",
    ),
    RequestState.CANCELLED: Text("The request has been taken back by {client}.", "{client} ha retirado la solicitud."),
    RequestState.CLOSED: Text("{provider} has closed the request.", "{provider} ha cerrado la solicitud."),
}
CHANGE_ACTIONS = (RequestAction.ACCEPT_CHANGE, RequestAction.REFUSE_CHANGE)
NO_CHANGE = Text("No change waits for an answer.", "Ningún cambio espera respuesta.")
WORK_WORDS: Mapping[Work, Text] = {
    Work.SCHEDULED: Text("It is scheduled for later.", "Está programada para más tarde."),
    Work.WAITING: Text("Its work has not begun.", "Su preparación no ha empezado."),
    Work.HELD: Text("It is on hold.", "Está retenida."),
    Work.IN_PROGRESS: Text("Its work has begun.", "Su preparación ha empezado."),
    Work.SHIPPED_IN_PART: Text("A part of it has shipped.", "Una parte ya se ha enviado."),
    Work.DONE: Text("All of it has shipped.", "Ya se ha enviado todo."),
    Work.INCOMPLETE: Text("It was closed with a rest.", "Se cerró con unidades sin enviar."),
}


@dataclass(frozen=True, slots=True)
class RequestLine:
    """Some units of one order line, and how many of them the provider has shipped."""

    line_key: str
    sku: str  # the merchant's
    name: str
    quantity: Decimal
    provider_sku: str = ""  # what the provider calls it; empty: the same
    shipped: Decimal = Decimal(0)

    @property
    def rest(self) -> Decimal:
        return max(self.quantity - self.shipped, Decimal(0))

    @property
    def surplus(self) -> Decimal:
        """How many more have left than are asked for: the order lost them after the provider had it."""
        return max(self.shipped - self.quantity, Decimal(0))


@dataclass(frozen=True, slots=True)
class FulfillmentRequest:
    """A merchant asks a connected provider to ship units of an order. An order may have several, over different units."""

    id: str
    account_id: str  # the merchant's
    provider_id: str  # the provider's account
    order_id: str  # the merchant's
    lines: tuple[RequestLine, ...]
    service_preference: str
    notes: tuple[str, ...]  # the client's order notes, as plain text
    created_at: datetime
    state: RequestState = RequestState.REQUESTED
    state_reason: str | None = None  # a code
    reason_text: str = ""
    reason_lines: tuple[ReasonLine, ...] = ()  # what the provider says of single lines
    notes_pending: bool = False  # the notes are still to be fetched from the client's store
    connection_id: str | None = None
    not_before: datetime | None = None
    started_at: datetime | None = None
    held: bool = False  # by the merchant
    held_here: bool = False  # the provider's order, by whomever; read, never written
    copy_id: str | None = None  # the provider's order, once it is imported
    changed_at: datetime | None = None  # it, or the order it is about
    fulfil_by: datetime | None = None  # until when it should have shipped
    overdue_at: datetime | None = None  # when that was found to have passed
    change: RequestChange | None = None  # of the order, since a label was bought
    sent_at: datetime | None = None  # when it left for a provider's own system, which may have it since

    @property
    def is_live(self) -> bool:
        """Whether its units are the provider's, as far as anybody has said."""
        return self.state in LIVE

    @property
    def waits_for_change(self) -> bool:
        """Whether the provider has still to say if it takes a change over."""
        return self.change is not None and self.change.is_asked

    @property
    def is_done(self) -> bool:
        """Whether all of it has shipped."""
        return all(line.rest == 0 for line in self.lines) and any(line.shipped > 0 for line in self.lines)

    def work(self, now: datetime) -> Work:
        """How far the provider is."""
        if self.is_done:
            return Work.DONE
        if self.state is RequestState.CLOSED:
            return Work.INCOMPLETE
        if any(line.shipped > 0 for line in self.lines):
            return Work.SHIPPED_IN_PART
        if self.started_at is not None:
            return Work.IN_PROGRESS
        if self.not_before is not None and now < self.not_before:
            return Work.SCHEDULED
        return Work.HELD if self.held or self.held_here else Work.WAITING

    def is_overdue(self, now: datetime) -> bool:
        """Whether it should have shipped by now, and has not."""
        return self.fulfil_by is not None and now >= self.fulfil_by and self.is_open(now)

    def is_open(self, now: datetime) -> bool:
        """Whether something of it is still to be shipped by the provider."""
        return self.is_live and not self.is_done

    def may(self, action: RequestAction, side: Side, now: datetime) -> bool:
        """Whether state and work allow an action to a side."""
        return any(row.fits(self, action, side, now) for row in REQUEST_TRANSITIONS)

    def take(
        self,
        action: RequestAction,
        side: Side,
        now: datetime,
        *,
        reason: str | None = None,
        text: str = "",
        lines: tuple[ReasonLine, ...] = (),
    ) -> Self:
        """The request after an action. Raises IllegalTransition."""
        for row in REQUEST_TRANSITIONS:
            if row.fits(self, action, side, now):
                if action in CHANGE_ACTIONS:
                    return self._answer_change(action, text, now)
                started = now if action is RequestAction.START else self.started_at
                answered = replace(self, state_reason=reason, reason_text=text, reason_lines=lines)
                state = row.next_states[0]
                change = self.change if state in LIVE else None
                return replace(answered, state=state, started_at=started, changed_at=now, change=change)
        raise IllegalTransition(self.state, action)

    def _answer_change(self, action: RequestAction, text: str, now: datetime) -> Self:
        change = None
        if action is RequestAction.REFUSE_CHANGE and self.change is not None:
            change = self.change.refuse(text)
        return replace(self, change=change, changed_at=now)

    def ship(self, units: Mapping[str, Decimal], now: datetime) -> Self:
        """The request of which these units, by line, have left; negative ones came back.

        All that left counts, also more than is asked for.
        """
        left, last = dict(units), {line.line_key: number for number, line in enumerate(self.lines)}
        lines = []
        for number, line in enumerate(self.lines):
            wanted = left.get(line.line_key, Decimal(0))
            room = wanted if number == last[line.line_key] else line.rest
            moved = min(wanted, room) if wanted > 0 else max(wanted, -line.shipped)
            left[line.line_key] = wanted - moved
            lines.append(replace(line, shipped=line.shipped + moved))
        return replace(self, lines=tuple(lines), started_at=self.started_at or now, changed_at=now)


def allowed_actions(request: FulfillmentRequest, side: Side, now: datetime) -> dict[RequestAction, tuple[Text, ...]]:
    """All actions of a side: nothing for one that the request allows now, else the sentences that say why it does not."""
    actions = dict.fromkeys(row.action for row in REQUEST_TRANSITIONS if side in row.sides)
    why = (STATE_WORDS[request.state], WORK_WORDS[request.work(now)])

    def reasons(action: RequestAction) -> tuple[Text, ...]:
        return (NO_CHANGE,) if action in CHANGE_ACTIONS and not request.waits_for_change else why

    return {action: () if request.may(action, side, now) else reasons(action) for action in actions}


def providers_units(requests: Iterable[FulfillmentRequest]) -> dict[str, Decimal]:
    """How many units of each order line are with providers, or have been shipped by them."""
    units: dict[str, Decimal] = {}
    for request in requests:
        for line in request.lines:
            taken = max(line.quantity, line.shipped) if request.is_live else line.shipped
            units[line.line_key] = units.get(line.line_key, Decimal(0)) + taken
    return units
