"""What the list of clients' requests shows: one line a request, and the filters above them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext

from adapters.web.requests.thread import reason_words, work_words
from engine.model.request import CHANGE_ACTIONS, FulfillmentRequest, RequestAction, RequestState, allowed_actions
from engine.model.transitions import Side
from storage.queries import DelegatedRow, RequestsShown


@dataclass(frozen=True, slots=True)
class RequestLineShown:
    """One line of the list. Requests that are imported are answered on the page of the order that they became."""

    row: DelegatedRow
    request: FulfillmentRequest
    work: str | None
    reason: str | None
    notes: tuple[str, ...]
    answers: tuple[RequestAction, ...]

    @property
    def needs_answer(self) -> bool:
        asks = self.row.state in (RequestState.REQUESTED, RequestState.CANCEL_REQUESTED)
        return asks or self.request.waits_for_change


def build_lines(rows: Sequence[DelegatedRow], notes: Mapping[str, tuple[str, ...]], now: datetime) -> list[RequestLineShown]:
    return [_line(row, notes.get(row.id, ()), now) for row in rows]


def _line(row: DelegatedRow, notes: tuple[str, ...], now: datetime) -> RequestLineShown:
    request = row.request
    actions = {} if request.copy_id else allowed_actions(request, Side.PROVIDER, now)
    allowed = tuple(action for action, reasons in actions.items() if not reasons and action not in CHANGE_ACTIONS)
    words = work_words(request.state, request.work(now))
    return RequestLineShown(row, request, words, reason_words(request.state_reason), notes, allowed)


def filters_of(shows: RequestsShown | None) -> list[dict[str, Any]]:
    """All of them, those that are open, that wait for an answer, that have ended."""
    words = {
        None: gettext("All requests"),
        RequestsShown.OPEN: gettext("Open"),
        RequestsShown.TO_ANSWER: gettext("Needs an answer"),
        RequestsShown.ENDED: gettext("Ended"),
    }
    return [
        {"label": label, "address": url_for("requests.index", show=one), "current": one is shows} for one, label in words.items()
    ]
