"""What entries of the inbox say: a name for each kind, and a sentence for each entry."""

from __future__ import annotations

from collections.abc import Mapping

from engine.model.inbox import ASKED_TOO_LATE, InboxEntry, InboxKind
from engine.model.job import JobKind
from engine.model.reject_reasons import REJECT_REASONS
from engine.model.request import RequestState
from engine.model.sentence import Sentence
from engine.model.write_back import ASKS_PARTS
from engine.services.attention import reasons
from engine.services.reconciliation.difference_words import KINDS as DIFFERENCE_KINDS
from rules.messages import LANGUAGES, Text

KINDS: Mapping[InboxKind, Text] = {
    InboxKind.CLIENT_ASKS: Text("Client waits", "Espera un cliente"),
    InboxKind.REJECTED: Text("Rejected", "Rechazado"),
    InboxKind.OVERDUE: Text("Overdue", "Fuera de plazo"),
    InboxKind.HELD: Text("On hold too long", "Retenido demasiado tiempo"),
    InboxKind.ATTENTION: Text("Order to look at", "Pedido por revisar"),
    InboxKind.UNKNOWN_LABEL: Text("Label unknown", "Etiqueta sin confirmar"),
    InboxKind.DELIVERY_PROBLEM: Text("Delivery problem", "Incidencia en la entrega"),
    InboxKind.NOT_TOLD: Text("Not told", "Sin avisar"),
    InboxKind.NOT_IMPORTED: Text("Store not imported", "Tienda sin importar"),
    InboxKind.PARKED: Text("Parked", "Apartado"),
    InboxKind.REFUSED_CREDENTIALS: Text("Log-in refused", "Credenciales rechazadas"),
    InboxKind.DIFFERENCE: Text("Difference", "Diferencia"),
    InboxKind.CARRIER_REFUSES: Text("Carrier log-in refused", "Credenciales de transporte rechazadas"),
    InboxKind.PROVIDER_FAILS: Text("Provider not reached", "Proveedor sin respuesta"),
    InboxKind.INVALID_RULE: Text("Invalid rule", "Regla no válida"),
    InboxKind.FAILED_JOB: Text("Failed work", "Tarea fallida"),
}
HELD = Text(
    "On hold for longer than your account allows: release it, or cancel it.",
    "Retenido más tiempo del que permite tu cuenta: libéralo o cancélalo.",
)
UNKNOWN_LABEL = Text(
    "Nobody knows whether {name} made the label: look for it at the carrier before you create another one.",
    "No se sabe si {name} hizo la etiqueta: búscala en la empresa de transporte antes de crear otra.",
)
NOT_IMPORTED = Text('Imports of the store "{name}" fail: {problem}', 'Fallan las importaciones de la tienda "{name}": {problem}')
REFUSED_CREDENTIALS = Text(
    'The store "{name}" refuses its log-in: {problem}', 'La tienda "{name}" rechaza las credenciales: {problem}'
)
CARRIER_REFUSES = Text(
    'The carrier account "{name}" is refused its log-in: no label is made with it. {problem}',
    'El acceso de la cuenta de transporte "{name}" es rechazado: con ella no se hace ninguna etiqueta. {problem}',
)
PROVIDER_FAILS = Text(
    "Orders do not reach {name}: its system fails. {problem}",
    "Los pedidos no llegan a {name}: su sistema falla. {problem}",
)
PARKED = Text(
    '{order} of the store "{name}" cannot be read: {problem}', 'No se puede leer {order} de la tienda "{name}": {problem}'
)
INVALID_RULE = Text(
    'The rule "{name}" names something that is gone. It still runs, and does what it can: see what it names, and change it.',
    'La regla "{name}" nombra algo que ya no existe. Se sigue aplicando y hace lo que puede: mira qué nombra y cámbiala.',
)
DIFFERENCES = Text(
    "{kind}: {count}. Found when the store was compared: the page says what cures each.",
    "{kind}: {count}. Hallado al conciliar la tienda: la página dice cómo se arregla cada diferencia.",
)
GIVEN_UP = Text("It was tried too often: {problem}", "Se ha intentado demasiadas veces: {problem}")
THE_PROVIDER = Text("The provider", "El proveedor")
_DIFFERENCES = {kind.value: words for kind, words in DIFFERENCE_KINDS.items()}
_ASKED = {RequestState.CANCEL_REQUESTED.value: reasons.CLIENT_ASKS_BACK, ASKED_TOO_LATE: reasons.CLIENT_ASKED_TOO_LATE}
_ABOUT: Mapping[InboxKind, Text] = {
    InboxKind.OVERDUE: reasons.LATE,
    InboxKind.HELD: HELD,
    InboxKind.UNKNOWN_LABEL: UNKNOWN_LABEL,
    InboxKind.DELIVERY_PROBLEM: reasons.DELIVERY,
    InboxKind.NOT_IMPORTED: NOT_IMPORTED,
    InboxKind.PARKED: PARKED,
    InboxKind.REFUSED_CREDENTIALS: REFUSED_CREDENTIALS,
    InboxKind.CARRIER_REFUSES: CARRIER_REFUSES,
    InboxKind.PROVIDER_FAILS: PROVIDER_FAILS,
    InboxKind.INVALID_RULE: INVALID_RULE,
}


def entry_words(entry: InboxEntry) -> Sentence:
    """Why somebody has to act; which order it is about stands beside it."""
    problem: Sentence | Text = entry.problem or reasons.UNKNOWN
    match entry.kind:
        case InboxKind.CLIENT_ASKS:
            return Sentence.of(_ASKED.get(entry.detail, reasons.CLIENT_CHANGES), client=entry.name)
        case InboxKind.REJECTED:
            return _rejected(entry)
        case InboxKind.ATTENTION:
            return entry.problem or Sentence.of(reasons.ATTENTION)
        case InboxKind.NOT_TOLD:
            return _not_told(entry, problem)
        case InboxKind.DIFFERENCE:
            kind, _, count = entry.detail.partition(":")
            return Sentence.of(DIFFERENCES, count=count, kind=_DIFFERENCES.get(kind, KINDS[entry.kind]))
        case InboxKind.FAILED_JOB:
            return Sentence.of(reasons.GIVEN_UP if entry.order_id else GIVEN_UP, problem=problem)
    return Sentence.of(_ABOUT[entry.kind], name=entry.name, order=entry.detail, problem=problem, provider=entry.name)


def _not_told(entry: InboxEntry, problem: Sentence | Text) -> Sentence:
    if entry.detail == ASKS_PARTS:
        return Sentence.of(reasons.PARTS)
    words = reasons.MAIL_FAILED if entry.detail == JobKind.BUYER_EMAIL.value else reasons.NOT_TOLD
    return Sentence.of(words, problem=problem)


def _rejected(entry: InboxEntry) -> Sentence:
    provider: str | Text = entry.name or THE_PROVIDER
    words = REJECT_REASONS.get(entry.detail)
    if words is None and entry.problem is None:
        return Sentence.of(reasons.REJECTED, provider=provider)
    said = (": ".join(one.format(language) for one in (words, entry.problem) if one is not None) for language in LANGUAGES)
    return Sentence.of(reasons.REJECTED_BECAUSE, provider=provider, reason=Sentence(*said))


def what_of(entry: InboxEntry) -> str:
    """The number of the order, else the name of what it is about."""
    is_parked = entry.kind is InboxKind.PARKED
    return entry.order_number or (entry.detail if is_parked else entry.name) or entry.detail
