"""What follows when people change fields of an order, in sentences: for rules, for providers, for what holds it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.decide.decision import INVALID_SERVICE
from engine.model.order import WITH_PROVIDERS, Order
from engine.ports import UnitOfWork
from engine.services.deciding.run_rules import Rulebook
from engine.services.editing.editable_fields import find_editable
from engine.services.editing.edits import FieldChange, listed
from engine.services.fulfillment.change_requests import requests_to_agree
from engine.services.fulfillment.client_document import crosses, is_agreed
from engine.services.fulfillment.request_words import name_sides
from rules.fields import ORDER_FIELDS
from rules.messages import Message, Text
from rules.rule_reads import fields_read

RULES_READ = Text(
    "Rules look at what you changed ({fields}): run the rules again if they should decide by it. What you set stays.",
    "Hay reglas que miran lo que has cambiado ({fields}): vuelve a ejecutar las reglas si deben decidir según ello. Lo que has "
    "definido se mantiene.",
)
PROVIDER_READS = Text(
    "{provider} has the order and gets the change with its next import: {fields}.",
    "{provider} tiene el pedido y recibe el cambio con su próxima importación: {fields}.",
)
PROVIDER_IS_ASKED = Text(
    "{provider} has a label for the order already, and is asked whether it takes the change: {fields}.",
    "{provider} ya tiene una etiqueta para el pedido, y se le pregunta si acepta el cambio: {fields}.",
)
PROVIDER_HAS_IT_SO = Text(
    "{provider} ships the order so already, and is asked nothing: {fields}.",
    "{provider} ya envía así el pedido, y no se le pregunta nada: {fields}.",
)
PROVIDER_DOES_NOT_SEE = Text(
    "{provider} has the order and does not see this, it is kept for you: {fields}.",
    "{provider} tiene el pedido y no ve esto, queda guardado para ti: {fields}.",
)
STILL_HELD = Text(
    "The order is still on hold: release it when it may leave.", "El pedido sigue retenido: libéralo cuando pueda salir."
)
_SERVICE = ("carrier", "service")


@dataclass(frozen=True, slots=True)
class Told:
    """What the provider that has an order learns of a change, and what it does not."""

    provider: str
    crossing: tuple[str, ...]
    staying: tuple[str, ...]
    has_label: bool

    def messages(self, asked: Collection[str]) -> Iterator[Message]:
        """`asked`: the parts of the order that the provider is asked about by now."""
        to_agree = [name for name in self.crossing if self.has_label and is_agreed(name)]
        said = (
            (PROVIDER_READS, [name for name in self.crossing if name not in to_agree]),
            (PROVIDER_IS_ASKED, [name for name in to_agree if name.partition(".")[0] in asked]),
            (PROVIDER_HAS_IT_SO, [name for name in to_agree if name.partition(".")[0] not in asked]),
            (PROVIDER_DOES_NOT_SEE, self.staying),
        )
        for text, fields in said:
            if fields:
                yield Message("at_provider", text, {"provider": self.provider, "fields": _labels(fields)})


def providers_told(
    uow: UnitOfWork, account_id: str, orders: Sequence[Order], changes: Mapping[str, Sequence[FieldChange]]
) -> dict[str, Told]:
    """What the providers learn that have these orders, by the orders' ids; `changes` likewise."""
    with_providers = [order.id for order in orders if order.state in WITH_PROVIDERS]
    asked = uow.requests.by_order(account_id, with_providers) if with_providers else {}
    live = [request for requests in asked.values() for request in requests if request.is_live]
    over = sorted({request.connection_id for request in live if request.connection_id is not None})
    connections = {connection_id: uow.connections.get(account_id, connection_id) for connection_id in over}
    names = name_sides(uow, account_id, live, connections) if live else {}
    to_agree = {request.id for request in requests_to_agree(uow, live)}
    told: dict[str, Told] = {}
    for request in live:
        connection = connections.get(request.connection_id or "")
        with_notes = connection is None or not connection.is_integrated
        fields = [change.field for change in changes[request.order_id]]
        crossing = tuple(name for name in fields if crosses(name, with_notes=with_notes))
        staying = tuple(name for name in fields if name not in crossing)
        told[request.order_id] = Told(str(names[request.id]["provider"]), crossing, staying, request.id in to_agree)
    return told


def parts_asked(uow: UnitOfWork, account_id: str, orders: Sequence[Order]) -> dict[str, set[str]]:
    """The parts of orders whose change providers are asked about, by the orders' ids."""
    asked: dict[str, set[str]] = {}
    for order_id, requests in uow.requests.by_order(account_id, [order.id for order in orders]).items():
        waiting = [request.change for request in requests if request.is_live and request.waits_for_change]
        asked[order_id] = {name for change in waiting if change is not None for name in change.fields}
    return asked


def rules_that_read(rulebook: Rulebook, names: Sequence[str]) -> Message | None:
    """That rules look at some of these fields; None where none does."""
    read = {name for rule in rulebook.compiled.rule_set.rules if rule.enabled for name in fields_read(rule)}
    fields = [name for name in names if name in read]
    return Message("rules_read", RULES_READ, {"fields": _labels(fields)}) if fields else None


def still_held(order: Order, names: Sequence[str]) -> Message | None:
    """That a hold outlasts the repair of the service it may have been for."""
    cured = order.is_held and INVALID_SERVICE not in order.flags and any(name in _SERVICE for name in names)
    return Message("still_held", STILL_HELD) if cured else None


def _labels(names: Sequence[str]) -> Text:
    return listed([_label(name) for name in names])


def _label(name: str) -> Text:
    known = ORDER_FIELDS.find(name)
    if known is not None:
        return known.label
    found = find_editable(name)
    return Text(name, name) if isinstance(found, Message) else found.label
