"""Why something that a store lists is not an order here: what a kind of store says of each reason, and what all kinds share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from rules.messages import Message, Text


class Role(StrEnum):
    """What the product itself may have to say of a thing of a store, whatever the kind."""

    UNREADABLE = "unreadable"  # it should be an order and cannot be read as one
    GONE = "gone"  # the store no longer has it
    NOT_FOUND = "not_found"  # the store has no order of that number
    NOTHING_TO_SHIP = "nothing_to_ship"  # the store has the order, but nothing of it to ship


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something that the store lists is not an order here. The code is part of the product's interface."""

    code: str
    sentence: Text  # of one such thing, with its numbers
    problem: Text  # in a word or two, as a heading
    cause: Text
    remedy: Text
    closing: Text  # why an order that was here was closed, as a part of a line
    says_remedy: bool = False  # the sentence says already what to do
    lasts: bool = False  # only a change of the order can overturn it, so it is not read again before
    means_shipped: bool = False  # an order here that gets it was shipped by somebody else; any other one is cancelled
    role: Role | None = None  # what the product gives this reason for by itself

    def message(self, **params: Any) -> Message:
        """The sentence for one thing, with what was found and what was wanted."""
        return Message(self.code, self.sentence, params)


# The product fills in `note` (the thing's external id), `order`, `path` and `problem`.
UNREADABLE = Reason(
    "unmappable",
    sentence=Text(
        "{note} cannot be read as an order: `{path}`: {problem}.", "{note} no se puede leer como pedido: `{path}`: {problem}."
    ),
    problem=Text("Cannot be read as an order", "No se puede leer como pedido"),
    cause=Text("Something that an order needs is missing or wrong.", "Falta o está mal algo que un pedido necesita."),
    remedy=Text(
        "The page Parked says what it is and where. Correct it in the store: it is tried again at each import.",
        "La página Apartadas dice qué es y dónde. Corrígelo en la tienda: se reintenta en cada importación.",
    ),
    closing=Text("it can no longer be read as an order", "ya no se puede leer como pedido"),
    role=Role.UNREADABLE,
)
GONE = Reason(
    "gone",
    sentence=Text("{note} is no longer in the store.", "{note} ya no está en la tienda."),
    problem=Text("Deleted", "Borrado"),
    cause=Text("The store no longer has it.", "La tienda ya no lo tiene."),
    remedy=Text("If it is still to ship, create it anew in the store.", "Si aún debe enviarse, créalo de nuevo en la tienda."),
    closing=Text("it is no longer in the store", "ya no está en la tienda"),
    role=Role.GONE,
)
NOT_FOUND = Reason(
    "order_not_found",
    sentence=Text(
        "The store knows no order {order}: check the number.", "La tienda no conoce ningún pedido {order}: comprueba el número."
    ),
    problem=Text("Order not found", "Pedido no encontrado"),
    cause=Text("The store knows no order with this number.", "La tienda no conoce ningún pedido con este número."),
    remedy=Text("Check the number.", "Comprueba el número."),
    closing=Text("the store no longer has the order", "la tienda ya no tiene el pedido"),
    says_remedy=True,
    role=Role.NOT_FOUND,
)
NOTHING_TO_SHIP = Reason(
    "nothing_to_ship",
    sentence=Text(
        "Nothing of order {order} is to be shipped from here.", "No hay nada del pedido {order} que enviar desde aquí."
    ),
    problem=Text("Nothing to ship", "Nada que enviar"),
    cause=Text("The store has nothing of this order to ship.", "La tienda no tiene nada de este pedido que enviar."),
    remedy=Text("Nothing, unless the store should have it shipped.", "Nada, salvo que la tienda deba enviarlo."),
    closing=Text("there is nothing of it to ship", "no hay nada que enviar"),
    role=Role.NOTHING_TO_SHIP,
)

SHARED_REASONS: Mapping[Role, Reason] = {
    Role.UNREADABLE: UNREADABLE,
    Role.GONE: GONE,
    Role.NOT_FOUND: NOT_FOUND,
    Role.NOTHING_TO_SHIP: NOTHING_TO_SHIP,
}
