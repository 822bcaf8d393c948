"""What a person does about a difference: each cure is something that the product does anyway."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from engine.application import Application
from engine.model.audit import AuditEntry
from engine.model.order_part import original_key
from engine.model.reconciliation import Difference, DifferenceKind, ProviderHas, TellingState
from engine.model.store import StoreState
from engine.services.fulfillment.notify_store import retry_write_backs
from engine.services.fulfillment.recall_order import recall_order
from engine.services.importing.receive_webhook import make_reading_due
from engine.services.refusals import Refused
from engine.services.stores.connect_store import get_open_store
from rules.messages import Text


class DifferenceCure(StrEnum):
    READ = "read"  # read it in the store again: it comes, or is closed as the store says
    RECALL = "recall"  # from the provider: the order is free to be handed over anew
    TELL_AGAIN = "tell_again"
    LOOK = "look"  # at the order: nothing that can be done at once is safe


NO_DIFFERENCE = Text(
    "There is no such difference any more: what was to be done about it is done.",
    "Esa diferencia ya no existe: lo que había que hacer ya está hecho.",
)
NOT_CONNECTED = Text(
    'The store "{store}" cannot be asked now: its page says why.',
    'Ahora no se puede preguntar a la tienda "{store}": su página dice por qué.',
)
NO_CURE = Text(
    "Order {order} needs a look: nothing is done about it from here.",
    "Hay que revisar el pedido {order}: desde aquí no se hace nada.",
)
_AT_PROVIDER = {
    ProviderHas.NOTHING.value: DifferenceCure.RECALL,
    ProviderHas.CANCELLED.value: DifferenceCure.RECALL,
    ProviderHas.LEFT_OUT.value: DifferenceCure.RECALL,
}


def cure_of(one: Difference, *, has_label: bool = False) -> DifferenceCure:
    """What helps. An order that has a label may be on its way already, whatever its store says of it."""
    match one.kind:
        case DifferenceKind.NOT_HERE:
            return DifferenceCure.READ
        case DifferenceKind.NOT_THERE:
            return DifferenceCure.LOOK if has_label else DifferenceCure.READ
        case DifferenceKind.PROVIDER:
            return _AT_PROVIDER.get(one.detail, DifferenceCure.LOOK)
        case DifferenceKind.NOT_TOLD:
            return DifferenceCure.TELL_AGAIN if one.detail == TellingState.GIVEN_UP else DifferenceCure.LOOK
        case DifferenceKind.STILL_OPEN:
            return DifferenceCure.LOOK


def cures_of(app: Application, account_id: str, found: Collection[Difference]) -> list[DifferenceCure]:
    """The cure of each of an account's differences, in their order."""
    may_be_closed = [str(one.order_id) for one in found if one.kind is DifferenceKind.NOT_THERE]
    labelled: set[str] = set()
    if may_be_closed:
        with app.reading() as uow:
            labelled = uow.fulfillment.with_label(account_id, may_be_closed)
    return [cure_of(one, has_label=one.order_id in labelled) for one in found]


def cure_difference(
    app: Application, account_id: str, store_id: str, kind: DifferenceKind, subject: str, actor: str
) -> DifferenceCure:
    """Do about a difference what helps; what was done. Raises Refused, also where it has settled itself meanwhile."""
    with app.reading() as uow:
        one = uow.reconciliations.find_difference(account_id, store_id, kind, subject)
    if one is None:
        raise Refused("no_difference", NO_DIFFERENCE)
    [cure] = cures_of(app, account_id, [one])
    match cure:
        case DifferenceCure.READ:
            _read_again(app, one, actor)
        case DifferenceCure.RECALL:
            recall_order(app, account_id, str(one.order_id), actor, one.subject)
        case DifferenceCure.TELL_AGAIN:
            retry_write_backs(app, account_id, str(one.order_id), actor)
            app.wake.notify()
        case DifferenceCure.LOOK:
            raise Refused("no_cure", NO_CURE, order=one.order_number)
    return cure


def _read_again(app: Application, one: Difference, actor: str) -> None:
    """As if the store had said that it changed."""
    now = app.clock.now()
    with app.unit_of_work() as uow:
        store = get_open_store(uow, one.account_id, one.store_id)
        if store.state is not StoreState.CONNECTED:
            raise Refused("not_connected", NOT_CONNECTED, store=store.name)
        uow.pending_changes.add(one.account_id, one.store_id, [original_key(one.external_id)], now)
        make_reading_due(uow, app, store)
        said = {"kind": one.kind.value, "subject": one.subject}
        uow.audit.append([AuditEntry(one.account_id, now, actor, "store.read_again", store.id, None, said)])
        uow.commit()
    app.wake.notify()
