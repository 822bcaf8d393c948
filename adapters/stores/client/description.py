"""What a connected client is as a kind of store."""

from __future__ import annotations

from dataclasses import replace

from engine.model.connection import CLIENT_STORE
from engine.model.store_kind import Capability, StoreKind, WriteBackStep
from engine.model.store_reasons import GONE, UNREADABLE, Reason
from engine.model.store_words import COMMON_WORDS
from rules.messages import Text

RECALLED = Reason(
    "recalled",
    sentence=Text("{client} has taken order {order} back.", "{client} ha retirado el pedido {order}."),
    problem=Text("Taken back", "Retirado"),
    cause=Text("The client has recalled the order.", "El cliente ha retirado el pedido."),
    remedy=Text("Nothing: it is the client's again.", "Nada: vuelve a ser del cliente."),
    closing=Text("the client has taken it back", "el cliente lo ha retirado"),
    lasts=True,
)
ENDED = Reason(
    "connection_ended",
    sentence=Text(
        "Order {order} of {client} ended with the connection.",
        "El pedido {order} de {client} terminó al darse de baja la conexión.",
    ),
    problem=Text("The connection ended", "Conexión dada de baja"),
    cause=Text("The connection ended, and open orders were given back.", "La conexión se dio de baja y se devolvió el pedido."),
    remedy=Text("Nothing: it is the client's again.", "Nada: vuelve a ser del cliente."),
    closing=Text("the connection has ended", "la conexión se dio de baja"),
    lasts=True,
)
REJECTED = Reason(
    "rejected",
    sentence=Text("You have rejected order {order} of {client}.", "Has rechazado el pedido {order} de {client}."),
    problem=Text("Rejected", "Rechazado"),
    cause=Text("It was rejected here.", "Se rechazó aquí."),
    remedy=Text("The client can delegate it again.", "El cliente puede volver a delegarlo."),
    closing=Text("it was rejected", "se rechazó"),
    lasts=True,
)
CLOSED = Reason(
    "closed",
    sentence=Text("You have closed order {order} of {client}.", "Has cerrado el pedido {order} de {client}."),
    problem=Text("Closed", "Cerrado"),
    cause=Text("It was closed here with a rest.", "Se cerró aquí con unidades sin enviar."),
    remedy=Text("The client can delegate the rest again.", "El cliente puede volver a delegar el resto."),
    closing=Text("it was closed with a rest", "se cerró con unidades sin enviar"),
    lasts=True,
)
SCHEDULED = Reason(
    "scheduled",
    sentence=Text(
        "{client} may still change order {order}: it comes on {when}.",
        "{client} aún puede cambiar el pedido {order}: llega el {when}.",
    ),
    problem=Text("Not yet", "Todavía no"),
    cause=Text("The connection gives the client some time before orders come.", "La conexión deja un tiempo al cliente."),
    remedy=Text("Wait: it comes by itself.", "Espera: llega automáticamente."),
    closing=Text("it is not due yet", "todavía no toca"),
)
WORDS = replace(
    COMMON_WORDS,
    thing_of_id=Text("", ""),  # it is the id of a request, which nobody has seen anywhere
    when_orders_come=Text(
        "An order comes as soon as the client delegates it. If one does not, this is why:",
        "Un pedido llega en cuanto el cliente lo delega. Si no llega, es por esto:",
    ),
    first_orders=Text(
        "The client is connected. Orders come as soon as they are delegated to you.",
        "El cliente está conectado. Los pedidos llegan en cuanto te los delegan.",
    ),
)
CLIENT_STEP = "client"  # the client's own order is told

CLIENT = StoreKind(
    code=CLIENT_STORE,
    name="Client",
    own_name=Text("Client", "Cliente"),
    reasons=(RECALLED, ENDED, REJECTED, CLOSED, SCHEDULED, UNREADABLE, GONE),
    write_back_steps=(WriteBackStep(CLIENT_STEP, Text("client's order updated", "pedido del cliente actualizado")),),
    capabilities=frozenset({Capability.EXPLAIN, Capability.OPEN_ORDERS, Capability.REQUESTS, Capability.WRITE_BACK}),
    words=WORDS,
    lists_changes=True,
    by_people=False,
)
