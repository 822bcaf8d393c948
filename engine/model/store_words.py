"""The sentences about a store's things that read otherwise where the trade has a name for them."""

from __future__ import annotations

from dataclasses import dataclass

from rules.messages import Text


@dataclass(frozen=True, slots=True)
class StoreWords:
    """What people read of the things of one kind of store."""

    thing: Text  # heads a column of external ids
    thing_of_id: Text  # with `id`; empty where people do not know it
    things: Text  # heads a column of counts
    all_things: Text
    older_things: Text
    left_out: Text  # names the list of what is not an order here
    nothing_left_out: Text
    when_orders_come: Text  # above the list of what keeps one from coming
    will_come: Text  # of one thing, with `note`, its external id
    search_hint: Text  # what people may look for
    parked_notice: Text  # what the notice about it is about
    newly_parked: Text  # the notice, with `store` and `count`
    unknown_fields: Text  # before the list of these fields
    first_orders: Text  # where a store is connected and no order has come yet
    nothing_found: Text  # where no order fits what somebody searched for
    parked: Text  # above the list of what is parked
    parked_list: Text  # names that list
    nothing_parked: Text


# Of a kind that has no better words; it replaces those that it has some for.
COMMON_WORDS = StoreWords(
    thing=Text("Id in the store", "Id en la tienda"),
    thing_of_id=Text("Id in the store: {id}", "Id en la tienda: {id}"),
    things=Text("Number", "Cantidad"),
    all_things=Text("All", "Todo"),
    older_things=Text("Older ones", "Más antiguos"),
    left_out=Text("What is not an order here, seen last first", "Lo que no es pedido aquí, lo último visto primero"),
    nothing_left_out=Text(
        "Everything that the imports have looked at is an order here, or parked.",
        "Todo lo que han mirado las importaciones es un pedido aquí o está apartado.",
    ),
    when_orders_come=Text(
        "An order comes with the next import. If yours does not, this is why:",
        "Un pedido llega con la próxima importación. Si el tuyo no llega, es por esto:",
    ),
    will_come=Text("{note} comes with the next import.", "{note} llegará con la próxima importación."),
    search_hint=Text("Order number", "Número de pedido"),
    parked_notice=Text("An order cannot be read", "Un pedido no se pueda leer"),
    newly_parked=Text(
        'Orders of the store "{store}" that cannot be read: {count} new. The tab "Parked" says what is wrong.',
        'Pedidos de la tienda "{store}" que no se pueden leer: {count} nuevos. La pestaña "Apartadas" dice qué falla.',
    ),
    unknown_fields=Text(
        "Fields of the store's documents that Relevo does not know, and in how many orders it met them since the last daily "
        "refresh:",
        "Campos de los documentos de la tienda que Relevo no conoce, y en cuántos pedidos aparecieron desde la última "
        "actualización diaria:",
    ),
    first_orders=Text(
        "The store is connected. Orders come with the next import. The store's page says why an order is not here, and imports "
        "at once.",
        "La tienda está conectada. Los pedidos llegan con la próxima importación. La página de la tienda dice por qué falta un "
        "pedido e importa al momento.",
    ),
    nothing_found=Text(
        "No order has all of this. The search finds the beginnings of words: of order number, reference, id in the store, "
        "recipient, e-mail, SKU, city, postal code, tracking number and tag; of numbers the end as well.",
        "Ningún pedido cumple todo esto. La búsqueda encuentra comienzos de palabra: en el número de pedido, la referencia, el "
        "id en la tienda, el destinatario, el correo, el SKU, la ciudad, el código postal, el número de seguimiento y las "
        "etiquetas; de los números, también el final.",
    ),
    parked=Text(
        "These should be orders but cannot be read as such. Correct them in the store: each is tried again when it changes.",
        "Estos deberían ser pedidos, pero no se pueden leer como tales. Corrígelos en la tienda: cada uno se reintenta cuando "
        "cambia.",
    ),
    parked_list=Text("What is parked, the latest first", "Lo apartado, lo último primero"),
    nothing_parked=Text(
        "Everything that should be an order could be read as one. Nothing to do here.",
        "Todo lo que debía ser un pedido se ha podido leer. No hay nada que hacer aquí.",
    ),
)
