"""The sentences that say why something is to be done about an order."""

from __future__ import annotations

from engine.model.field_words import field_words
from engine.model.hold import HoldOwner, ListedHold
from engine.model.order import Order, OrderState
from engine.model.reject_reasons import REJECT_REASONS
from engine.model.request import RequestState
from engine.model.sentence import Sentence, full_sentence
from engine.services.deciding.account_names import AccountNames
from engine.services.fulfillment.order_requests import OrderRequest
from engine.services.fulfillment.request_words import THE_OPERATOR
from rules.messages import LANGUAGES, Text
from rules.values import is_blank

Words = Text
AWAITING_PAYMENT = "awaiting_payment"
_THE_HOLD = Text("somebody", "alguien")

HELD_BY = Text("On hold by {who}: {reason}", "Retenido por {who}: {reason}")
HELD_BY_RULES = Text("On hold by the rule {rules}.", "Retenido por la regla {rules}.")
HELD_IN_STORE = Text("On hold in the store.", "Retenido en la tienda.")
HELD_BY_CLIENT = Text(
    "On hold by {client}: {reason} Only they can release it.", "Retenido por {client}: {reason} Solo {client} puede liberarlo."
)
CLIENT_ASKS_BACK = Text(
    "{client} asks for the order back: nothing leaves until you answer.",
    "{client} pide que le devuelvas el pedido: nada sale hasta que respondas.",
)
CLIENT_ASKED_TOO_LATE = Text(
    "{client} asked for the order back, but all of it has left: refuse, so that they are told.",
    "{client} pidió que le devolvieras el pedido, pero ya ha salido todo: recházalo para que lo sepa.",
)
CLIENT_WAITS = Text("{client} waits for your answer.", "{client} espera tu respuesta.")
CLIENT_CHANGES = Text(
    "{client} has changed the order since its label was made: accept the change, or refuse it.",
    "{client} ha cambiado el pedido desde que se hizo su etiqueta: acepta el cambio o recházalo.",
)
REJECTED = Text(
    "{provider} does not ship it: choose another provider, or ship it yourself.",
    "{provider} no lo envía: elige otro proveedor o envíalo tú.",
)
REJECTED_BECAUSE = Text(
    "{provider} does not ship it ({reason}): choose another provider, or ship it yourself.",
    "{provider} no lo envía ({reason}): elige otro proveedor o envíalo tú.",
)
LATE = Text(
    "{provider} should have shipped it by now: write to them, or recall the order.",
    "{provider} ya debería haberlo enviado: escríbele o retira el pedido.",
)
CHANGED_IN_STORE = Text(
    "The store has changed what the rules had read ({fields}): decide anew, or release the order if what was chosen still holds.",
    "La tienda ha cambiado lo que habían leído las reglas ({fields}): decide de nuevo, o libera el pedido si lo elegido sigue "
    "siendo válido.",
)
CHANGED_BY_CLIENT = Text(
    "The client has changed the order since its work began ({fields}): look at it, then release it.",
    "El cliente ha cambiado el pedido desde que empezó su preparación ({fields}): revísalo y después libéralo.",
)
NOT_MADE = Text(
    "{carrier} did not make the label: {reason} Nothing was bought.",
    "{carrier} no hizo la etiqueta: {reason} No se ha comprado nada.",
)
DELIVERY = Text("Something is wrong with a parcel on its way.", "Hay una incidencia con un paquete en camino.")
NOT_TOLD = Text("The store does not know of the shipment: {problem}", "La tienda no sabe del envío: {problem}")
NOT_TOLD_CLIENT = Text("The client does not know of the shipment: {problem}", "El cliente no sabe del envío: {problem}")
MAIL_FAILED = Text("A mail to the buyer was not sent: {problem}", "No se envió un correo al comprador: {problem}")
GIVEN_UP = Text("Something about the order was given up: {problem}", "Algo del pedido se quedó sin hacer: {problem}")
UNKNOWN = Text("nobody knows why.", "no se sabe por qué.")
PARTS = Text(
    "A part of the order has left: say whether the store hears of it now, or once all has left.",
    "Una parte del pedido ha salido: di si se avisa a la tienda ahora o cuando haya salido todo.",
)
ATTENTION = Text(
    "A rule could not be applied, or rules and what was sent disagree: look at it, then release it.",
    "Una regla no se pudo aplicar, o las reglas y lo enviado no coinciden: revísalo y después libéralo.",
)
THEN_RELEASE = Text(
    "Once that is settled, release the order: what waits for it leaves then.",
    "Cuando esté resuelto, libera el pedido: entonces sale lo que está pendiente.",
)
TO_SHIP = Text("Ready to ship: create its label.", "Listo para enviar: crea su etiqueta.")
TO_SHIP_BY = Text(
    "Ready to ship by {carrier} {service}: create its label.", "Listo para enviar con {carrier} {service}: crea su etiqueta."
)
REST_TO_SHIP = Text("The rest is ready to ship: create its label.", "El resto está listo para enviar: crea su etiqueta.")
BY_HAND = Text(
    "Ready to ship: ship it by hand, since no carrier account sells its label here.",
    "Listo para enviar: envíalo manualmente, porque ninguna cuenta de transporte vende aquí su etiqueta.",
)
BY_HAND_BY = Text(
    "Ready to ship by {carrier} {service}: ship it by hand, since no carrier account sells its label here.",
    "Listo para enviar con {carrier} {service}: envíalo manualmente, porque ninguna cuenta de transporte vende aquí su etiqueta.",
)
REST_BY_HAND = Text(
    "The rest is ready to ship: ship it by hand, since no carrier account sells its label here.",
    "El resto está listo para enviar: envíalo manualmente, porque ninguna cuenta de transporte vende aquí su etiqueta.",
)


def own_hold(listed: ListedHold, names: AccountNames) -> Sentence:
    """By whom, and why, one of the account's own holds keeps an order."""
    if listed.hold.owner is HoldOwner.RULE:
        return Sentence.of(HELD_BY_RULES, rules=", ".join(map(names.rule, listed.rules)))
    if listed.hold.owner is HoldOwner.SYSTEM:
        return Sentence.of(HELD_IN_STORE)
    actor = listed.hold.actor
    who = THE_OPERATOR if actor == "operator" else names.people.get(actor) or _THE_HOLD
    return Sentence.of(HELD_BY, who=who, reason=listed.hold.reason)


def clients_hold(listed: ListedHold, client: str) -> Sentence:
    """Why a client keeps its order from leaving."""
    return Sentence(
        *(HELD_BY_CLIENT.format(language, client=client, reason=full_sentence(listed.reason(language))) for language in LANGUAGES)
    )


def client_asks(asked: OrderRequest) -> Sentence:
    """What a client waits for."""
    if asked.request.state is RequestState.CANCEL_REQUESTED:
        return Sentence.of(CLIENT_ASKS_BACK if asked.is_open else CLIENT_ASKED_TOO_LATE, client=asked.other)
    return Sentence.of(CLIENT_CHANGES if asked.request.waits_for_change else CLIENT_WAITS, client=asked.other)


def rejected(asked: OrderRequest) -> Sentence:
    """Which provider does not ship an order, and why."""
    request = asked.request
    words = REJECT_REASONS.get(request.state_reason or "")
    if words is None and not request.reason_text:
        return Sentence.of(REJECTED, provider=asked.other)
    said = (
        ": ".join(filter(None, ("" if words is None else words.format(language), request.reason_text))) for language in LANGUAGES
    )
    return Sentence.of(REJECTED_BECAUSE, provider=asked.other, reason=Sentence(*said))


def outdated(order: Order, *, is_of_client: bool = False) -> Sentence:
    """What the store, or the client, has changed."""
    changed = sorted(order.outdated.get("fields") or ())
    return Sentence.of(CHANGED_BY_CLIENT if is_of_client else CHANGED_IN_STORE, fields=field_words(changed))


def to_ship(order: Order, *, by_hand: bool) -> Sentence:
    """By what an order is to leave, and whether its label is made here."""
    if order.state is OrderState.PARTIALLY_SHIPPED:
        return Sentence.of(REST_BY_HAND if by_hand else REST_TO_SHIP)
    document = order.document()
    carrier, service = document.get("carrier"), document.get("service")
    if is_blank(carrier) or is_blank(service):
        return Sentence.of(BY_HAND if by_hand else TO_SHIP)
    return Sentence.of(BY_HAND_BY if by_hand else TO_SHIP_BY, carrier=str(carrier), service=str(service))
