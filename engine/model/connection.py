"""A merchant and a 3PL that work together: from the invitation to the end, and whose step each is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, Self

from engine.model.transitions import Side, Transition, may_follow, next_state

INVITATION_LASTS = timedelta(days=30)
BY_ITSELF = "worker"  # who brought it into a state that no person did
CLIENT_STORE = "client"  # the kind of store that a connection gives the provider


class ConnectionState(StrEnum):
    """How far a merchant and a 3PL have come with each other."""

    PENDING = "pending"
    ACTIVE = "active"
    DECLINED = "declined"
    EXPIRED = "expired"
    REMOVED = "removed"


class Answers(StrEnum):
    """How a provider accepts what it is asked."""

    AUTO = "auto"  # by importing it
    EACH = "each"  # one by one


class ConnectionAction(StrEnum):
    """What gives a connection another state."""

    APPROVE = "approve"
    DECLINE = "decline"
    EXPIRE = "expire"
    REMOVE = "remove"
    SUPERSEDE = "supersede"


_EITHER = (Side.MERCHANT, Side.PROVIDER)
CONNECTION_TRANSITIONS: tuple[Transition[ConnectionState, ConnectionAction], ...] = (
    Transition((ConnectionState.PENDING,), ConnectionAction.APPROVE, (ConnectionState.ACTIVE,), (Side.MERCHANT,)),
    Transition((ConnectionState.PENDING,), ConnectionAction.DECLINE, (ConnectionState.DECLINED,), (Side.MERCHANT,)),
    Transition((ConnectionState.PENDING,), ConnectionAction.EXPIRE, (ConnectionState.EXPIRED,), (Side.SYSTEM,)),
    Transition((ConnectionState.PENDING, ConnectionState.ACTIVE), ConnectionAction.REMOVE, (ConnectionState.REMOVED,), _EITHER),
    Transition((ConnectionState.PENDING,), ConnectionAction.SUPERSEDE, (ConnectionState.REMOVED,), (Side.SYSTEM,)),
)


@dataclass(frozen=True, slots=True)
class AcceptedTerms:
    """What a merchant agreed to: which version, who, when."""

    version: str
    user_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Connection:
    """A merchant (the client) and a 3PL (the provider). Until somebody answers, only the invited address is known."""

    id: str
    provider_id: str
    client_id: str | None
    state: ConnectionState
    client_name: str  # the nickname that only the provider sees
    company_name: str  # what the client sees of the provider
    created_at: datetime
    email: str = ""  # the invited address; the operator connects without one
    expires_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    last_actor: str = "operator"  # who brought it into its state
    terms: AcceptedTerms | None = None
    grace_minutes: int = 0  # between the delegation and the moment at which the provider gets it
    grace_cut_off: bool = False  # it gets it at its next cut-off instead
    answers: Answers = Answers.AUTO
    stop_reason: str = ""  # why the provider sends nothing for the client; without an end, empty says that it does
    closed_until: datetime | None = None  # the provider sends nothing before then
    requires_shared: bool = False  # the provider has to ship with the carrier accounts that the merchant shares
    store_id: str | None = None  # the provider's store that the client's orders come by
    shares_costs: bool = False  # the merchant reads what the provider's labels cost
    is_integrated: bool = False  # the provider has a system of its own instead of people here

    @classmethod
    def invite(
        cls, connection_id: str, provider_id: str, *, client_name: str, company_name: str, email: str, now: datetime, actor: str
    ) -> Self:
        """An invitation that waits for an answer."""
        return cls(
            connection_id,
            provider_id,
            None,
            ConnectionState.PENDING,
            client_name,
            company_name,
            now,
            email,
            now + INVITATION_LASTS,
            last_actor=actor,
        )

    @property
    def is_active(self) -> bool:
        return self.state is ConnectionState.ACTIVE

    @property
    def is_open(self) -> bool:
        """Whether nothing has ended it."""
        return self.state in (ConnectionState.PENDING, ConnectionState.ACTIVE)

    @property
    def was_superseded(self) -> bool:
        """Whether it was an invitation that ended because the two are connected by another one."""
        return self.state is ConnectionState.REMOVED and self.last_actor == BY_ITSELF

    @property
    def was_approved(self) -> bool:
        """Whether the two have worked together by it, now or before."""
        return self.is_active or (self.state is ConnectionState.REMOVED and self.answered_at is not None)

    def stopped(self, now: datetime) -> bool:
        """Whether the provider sends nothing for the client now; orders come in all the same."""
        return bool(self.stop_reason) if self.closed_until is None else now < self.closed_until

    def has_expired(self, now: datetime) -> bool:
        """Whether nobody answered in time, although it may still be kept as pending."""
        return self.state is ConnectionState.PENDING and self.expires_at is not None and now >= self.expires_at

    @property
    def account_ids(self) -> tuple[str, ...]:
        """Of the two, as far as they are known: an invitation may be anybody's."""
        return (self.provider_id,) if self.client_id is None else (self.provider_id, self.client_id)

    def side_of(self, account_id: str) -> Side:
        """Which of the two an account is."""
        return Side.PROVIDER if account_id == self.provider_id else Side.MERCHANT

    def may(self, action: ConnectionAction, side: Side) -> bool:
        """Whether its state allows an action to a side."""
        return may_follow(CONNECTION_TRANSITIONS, self.state, action, side)

    def approve(self, client_id: str, terms: AcceptedTerms) -> Self:
        """The two work together from now on. Raises IllegalTransition, as all that change the state."""
        approved = self._take(ConnectionAction.APPROVE, Side.MERCHANT, terms.user_id)
        return replace(approved, client_id=client_id, answered_at=terms.at, terms=terms)

    def decline(self, client_id: str, user_id: str, now: datetime) -> Self:
        """The merchant does not want to."""
        return replace(
            self._take(ConnectionAction.DECLINE, Side.MERCHANT, user_id), client_id=client_id, answered_at=now, ended_at=now
        )

    def expire(self) -> Self:
        """Nobody answered in time."""
        return replace(self._take(ConnectionAction.EXPIRE, Side.SYSTEM, BY_ITSELF), ended_at=self.expires_at)

    def supersede(self, now: datetime) -> Self:
        """The two are connected by another one."""
        return replace(self._take(ConnectionAction.SUPERSEDE, Side.SYSTEM, BY_ITSELF), ended_at=now)

    def remove(self, side: Side, user_id: str, now: datetime) -> Self:
        """One of the two ends it, or the 3PL takes its invitation back."""
        return replace(self._take(ConnectionAction.REMOVE, side, user_id), ended_at=now)

    def _take(self, action: ConnectionAction, side: Side, actor: str) -> Self:
        return replace(self, state=next_state(CONNECTION_TRANSITIONS, self.state, action, side), last_actor=actor)


class ProviderName(NamedTuple):
    """What a client calls the provider of one of its connections."""

    account_id: str
    slug: str
    name: str
    is_active: bool
