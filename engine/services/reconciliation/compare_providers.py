"""What is with providers, and what they have of it: connected ones by their orders here, others by asking their systems."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from engine.model.integrated_provider import IntegratedProvider
from engine.model.order import OrderState
from engine.model.reconciliation import MOST_OF_A_KIND, Difference, DifferenceKind, ProviderHas, WithProvider
from engine.model.sentence import Sentence, sentence_of
from engine.ports import NotFound, ProviderRefused, ProviderUnavailable
from engine.services.reconciliation.turn import Look, Turn
from rules.messages import Text

AT_A_TIME = 50
IMPORTS_TAKE = timedelta(hours=2)  # until a provider's import has brought a request, at most
NEWS_TAKE = timedelta(hours=1)  # until what a provider did is here, at most

NOT_ANSWERED = Text("{provider} could not be asked: {problem}", "No se pudo preguntar a {provider}: {problem}")
_ENDED = {
    OrderState.CANCELLED: ProviderHas.CANCELLED,
    OrderState.SKIPPED: ProviderHas.LEFT_OUT,
    OrderState.SHIPPED: ProviderHas.SHIPPED,
}


def compare_providers(turn: Turn, place: str) -> Iterator[Look]:
    """The open requests about the store's orders, some at a time, then what is on its way to nobody."""
    store = turn.store
    silent: set[str] = set()  # connections whose systems do not answer: asked once a turn
    while True:
        with turn.app.reading() as uow:
            requests = uow.reconciliations.with_providers(store.account_id, store.id, place, AT_A_TIME)
        if not requests:
            break
        place = requests[-1].request_id
        yield _look(turn, requests, place, silent)
    with turn.app.reading() as uow:
        lost = uow.reconciliations.not_asked(store.account_id, store.id, MOST_OF_A_KIND)
    found = [
        turn.difference(
            DifferenceKind.PROVIDER,
            one.order_id,
            detail=ProviderHas.NOT_ASKED.value,
            external_id=one.external_id,
            order_number=one.order_number,
            order_id=one.order_id,
        )
        for one in lost
    ]
    yield Look(found, len(lost), place, is_last=True)


def _look(turn: Turn, requests: Sequence[WithProvider], place: str, silent: set[str]) -> Look:
    found: list[Difference] = []
    problem: Sentence | None = None
    for one in requests:
        try:
            has = _ask_system(turn, one, silent) if one.is_integrated else copy_has(one, turn.app.clock.now())
        except (ProviderUnavailable, ProviderRefused) as error:
            silent.add(str(one.connection_id))
            problem = Sentence.of(NOT_ANSWERED, provider=one.who, problem=sentence_of(error))
            continue
        if has is not None:
            found.append(_difference(turn, one, has))
    return Look(found, len(requests), place, problem)


def copy_has(one: WithProvider, now: datetime) -> ProviderHas | None:
    """What a connected provider has of a request, where that is not what was asked; None as long as it may still come."""
    if one.copy_state is None:
        return ProviderHas.NOTHING if now - one.due_at > IMPORTS_TAKE else None
    has = _ENDED.get(one.copy_state)
    changed = one.copy_changed_at or one.due_at
    return has if has is not None and now - changed > NEWS_TAKE else None


def _ask_system(turn: Turn, one: WithProvider, silent: set[str]) -> ProviderHas | None:
    """Of what a provider's system is known to have taken. Raises ProviderUnavailable and ProviderRefused."""
    if not one.is_taken or str(one.connection_id) in silent:
        return None
    turn.asked_providers += 1
    provider = _system_of(turn, one)
    if provider is None or turn.app.providers.look_up(provider, one.request_id) is not None:
        return None
    return ProviderHas.NOTHING


def _system_of(turn: Turn, one: WithProvider) -> IntegratedProvider | None:
    with turn.app.reading() as uow:
        try:
            return uow.integrated_providers.get(turn.store.account_id, str(one.connection_id))
        except NotFound:
            return None


def _difference(turn: Turn, one: WithProvider, has: ProviderHas) -> Difference:
    return turn.difference(
        DifferenceKind.PROVIDER,
        one.request_id,
        detail=has.value,
        external_id=one.external_id,
        order_number=one.order_number,
        order_id=one.order_id,
        who=one.who,
    )
