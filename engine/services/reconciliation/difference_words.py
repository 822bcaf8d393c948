"""What people read of differences: a name for each kind, and what each side says."""

from __future__ import annotations

from collections.abc import Mapping

from engine.model.reconciliation import Difference, DifferenceKind, ProviderHas, TellingState
from engine.model.sentence import Sentence
from engine.model.store_kind import StoreKind
from rules.messages import Text

KINDS: Mapping[DifferenceKind, Text] = {
    DifferenceKind.NOT_HERE: Text("Open in the store, not here", "Abierto en la tienda, aquí no"),
    DifferenceKind.NOT_THERE: Text("Open here, not in the store", "Abierto aquí, en la tienda no"),
    DifferenceKind.PROVIDER: Text("Different at the provider", "Distinto en el proveedor"),
    DifferenceKind.NOT_TOLD: Text("Shipped, store not told", "Enviado, tienda sin avisar"),
    DifferenceKind.STILL_OPEN: Text("Told, still open in the store", "Avisado, aún abierto en la tienda"),
}
OPEN_THERE = Text("open", "abierto")
NOT_OPEN_THERE = Text("no longer open ({reason})", "ya no está abierto ({reason})")
NOTHING_HERE = Text("no such order", "no existe el pedido")
CLOSED_HERE = Text("cancelled, as the store once had it", "cancelado, como antes decía la tienda")
OPEN_HERE = Text("open", "abierto")
SHIPPED_AND_TOLD = Text("shipped, and the store was told", "enviado, y se avisó a la tienda")
NOT_TOLD_YET = Text("has not heard of it", "no sabe del envío")
WITH_PROVIDER = Text("with {provider}", "en manos de {provider}")
ON_ITS_WAY = Text("on its way to a provider", "de camino a un proveedor")
_UNKNOWN = Text("it is not to be shipped", "no hay que enviarlo")
_AT_PROVIDER: Mapping[str, Text] = {
    ProviderHas.NOTHING: Text("{provider} does not have it", "{provider} no lo tiene"),
    ProviderHas.CANCELLED: Text("{provider} has cancelled it", "{provider} lo ha cancelado"),
    ProviderHas.LEFT_OUT: Text("{provider} leaves it out by a rule", "{provider} lo excluye con una regla"),
    ProviderHas.SHIPPED: Text("{provider} has shipped it", "{provider} lo ha enviado"),
    ProviderHas.NOT_ASKED: Text("no provider was asked", "no se ha preguntado a ningún proveedor"),
}
_TELLING: Mapping[str, Text] = {
    TellingState.PENDING: Text("shipped; telling the store still waits", "enviado; el aviso a la tienda sigue pendiente"),
    TellingState.FAILING: Text("shipped; telling the store fails", "enviado; el aviso a la tienda falla"),
    TellingState.GIVEN_UP: Text("shipped; telling the store was given up", "enviado; se ha abandonado el aviso a la tienda"),
}
_THE_PROVIDER = Text("the provider", "el proveedor")


def said_there(one: Difference, kind: StoreKind) -> Sentence:
    """What the store says, or, of what is with a provider, the provider."""
    match one.kind:
        case DifferenceKind.NOT_HERE | DifferenceKind.STILL_OPEN:
            return Sentence.of(OPEN_THERE)
        case DifferenceKind.NOT_THERE:
            reason = kind.reasons_by_code.get(one.detail)
            return Sentence.of(NOT_OPEN_THERE, reason=_UNKNOWN if reason is None else reason.closing)
        case DifferenceKind.NOT_TOLD:
            return Sentence.of(NOT_TOLD_YET)
        case DifferenceKind.PROVIDER:
            return Sentence.of(_AT_PROVIDER[one.detail], provider=one.who or _THE_PROVIDER)


def said_here(one: Difference) -> Sentence:
    """What is here."""
    match one.kind:
        case DifferenceKind.NOT_HERE:
            return Sentence.of(NOTHING_HERE if one.order_id is None else CLOSED_HERE)
        case DifferenceKind.NOT_THERE:
            return Sentence.of(OPEN_HERE)
        case DifferenceKind.NOT_TOLD:
            return Sentence.of(_TELLING[one.detail])
        case DifferenceKind.STILL_OPEN:
            return Sentence.of(SHIPPED_AND_TOLD)
        case DifferenceKind.PROVIDER:
            if one.detail == ProviderHas.NOT_ASKED:
                return Sentence.of(ON_ITS_WAY)
            return Sentence.of(WITH_PROVIDER, provider=one.who or _THE_PROVIDER)
