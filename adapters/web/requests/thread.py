"""A request on a page: how it stands in words, its thread, and what the reader's side may answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from adapters.web.language import page_language
from adapters.web.wording import ACTORS, MESSAGE_KINDS, REQUEST_STATES, WORKS, actor_name, closing_words, in_words
from engine.model.reject_reasons import REJECT_REASONS
from engine.model.request import CHANGE_ACTIONS, FulfillmentRequest, RequestAction, RequestState, Work
from engine.model.request_message import MessageKind, RequestMessage
from engine.model.store_kind import StoreKind
from engine.model.transitions import Side
from engine.services.deciding.account_names import AccountNames
from engine.services.fulfillment.answer_lines import line_words
from engine.services.fulfillment.change_words import ChangedPart, changed_parts, part_words
from engine.services.fulfillment.order_requests import OrderRequest
from rules.messages import Text

_OF_THE_CLIENT = (  # where the product says it for one of the two
    *(MessageKind.ASKED, MessageKind.RECALLED),
    *(MessageKind.CHANGE_ASKED, MessageKind.CHANGE_WITHDRAWN),
)
_ENDED = (RequestState.REJECTED, RequestState.CANCELLED)  # how far the work came makes no difference any more
WITH_REASON = (RequestAction.REJECT, RequestAction.CLOSE)


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """One entry of the thread."""

    what: str
    who: str
    is_own: bool
    at: datetime
    reason: str | None
    text: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownRequest:
    """A request with its words."""

    seen: OrderRequest
    state: str
    work: str | None
    reason: str | None
    reason_lines: tuple[str, ...]
    thread: tuple[ShownMessage, ...]
    change: tuple[ChangedPart, ...]  # what the client wants otherwise since there is a label
    why_not_recalled: str | None  # for its merchant, where it is too late

    @property
    def request(self) -> FulfillmentRequest:
        return self.seen.request

    @property
    def answers(self) -> tuple[RequestAction, ...]:
        """What the provider may answer now, but to a change."""
        allowed = self.seen.allowed if self.seen.side is Side.PROVIDER else ()
        return tuple(action for action in allowed if action not in CHANGE_ACTIONS)

    @property
    def may_recall(self) -> bool:
        return RequestAction.RECALL in self.seen.allowed


def shown_request(seen: OrderRequest, names: AccountNames, kind: StoreKind) -> ShownRequest:
    """`kind` is that of the store of the reader's order, whose reasons for taking an order back are its own."""
    request, is_own = seen.request, seen.side is Side.MERCHANT

    def why(code: str | None) -> str | None:
        return closing_words(kind, code) if code and is_own and code not in REJECT_REASONS else reason_words(code)

    return ShownRequest(
        seen,
        in_words(REQUEST_STATES, request.state),
        work_words(request.state, seen.work),
        why(request.state_reason),
        tuple(line_words(request, request.reason_lines, seen.side, page_language())),
        tuple(_shown(message, seen, names, why) for message in seen.messages),
        () if request.change is None else tuple(changed_parts(request.change, page_language())),
        _why_not_recalled(seen),
    )


def work_words(state: RequestState, work: Work) -> str | None:
    """How far the provider is, where that still says something."""
    return None if state in _ENDED else in_words(WORKS, work)


def reason_words(code: str | None) -> str | None:
    """Why a provider does not ship. Reasons of the client's own store are the client's."""
    reason = REJECT_REASONS.get(code or "")
    return None if reason is None else reason.format(page_language())


def reject_choices() -> list[tuple[str, str]]:
    """The reasons of which a provider names one."""
    return [(code, words.format(page_language())) for code, words in REJECT_REASONS.items()]


def _shown(
    message: RequestMessage, seen: OrderRequest, names: AccountNames, why: Callable[[str | None], str | None]
) -> ShownMessage:
    own = message.side is seen.side or (message.side is Side.SYSTEM and seen.side is Side.MERCHANT)
    if own:
        who = actor_name(message.actor, names.people, names.rules)
    elif message.side is Side.SYSTEM and message.kind not in _OF_THE_CLIENT:
        who = in_words(ACTORS, "worker")
    else:
        who = seen.other
    what = in_words(MESSAGE_KINDS, message.kind)
    lines = tuple(line_words(seen.request, message.lines, seen.side, page_language()))
    reason = None if message.kind is MessageKind.CHANGE_ASKED else why(message.code)  # its code says what changes: the text
    return ShownMessage(what, who, own, message.at, reason, _text(message), lines)


def _text(message: RequestMessage) -> str:
    if message.kind is MessageKind.CHANGE_ASKED and message.code:
        return ", ".join(part_words(name, page_language()) for name in message.code.split(","))
    if message.kind is MessageKind.ASKED and message.text:
        return ""  # the service preference, which the request says itself
    return message.text


def _why_not_recalled(seen: OrderRequest) -> str | None:
    reasons: tuple[Text, ...] = seen.actions.get(RequestAction.RECALL, ())
    if not reasons or not seen.is_open:
        return None
    return " ".join(reason.format(page_language(), **seen.names) for reason in reasons)
