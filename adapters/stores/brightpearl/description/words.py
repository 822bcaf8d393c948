"""Brightpearl's words for what becomes an order here: goods-out notes."""

from __future__ import annotations

from engine.model.store_words import StoreWords
from rules.messages import Text

WORDS = StoreWords(
    thing=Text("Goods-out note", "Nota de salida"),
    thing_of_id=Text("Goods-out note {id}", "Nota de salida {id}"),
    things=Text("Notes", "Notas"),
    all_things=Text("All notes", "Todas"),
    older_things=Text("Older notes", "Notas anteriores"),
    left_out=Text(
        "Goods-out notes that are not orders here, seen last first",
        "Notas de salida que no son pedidos aquí, las vistas por última vez primero",
    ),
    nothing_left_out=Text(
        "Every goods-out note that the imports have looked at is an order here, or parked.",
        "Todas las notas de salida que han mirado las importaciones son pedidos aquí, o están apartadas.",
    ),
    when_orders_come=Text(
        "An order comes as soon as it has a goods-out note in status Printed. If yours does not, this is why:",
        "Un pedido llega en cuanto tiene una nota de salida de mercancías en el estado Impreso. Si el tuyo no llega, es por "
        "esto:",
    ),
    will_come=Text(
        "Goods-out note {note} is printed and comes with the next import.",
        "La nota de salida {note} está impresa y llegará con la próxima importación.",
    ),
    search_hint=Text("Order number, reference or goods-out note", "Número de pedido, referencia o nota de salida"),
    parked_notice=Text("A goods-out note cannot be read as an order", "Una nota de salida no se pueda leer como pedido"),
    newly_parked=Text(
        'Goods-out notes of the store "{store}" that cannot be read as orders: {count} new. The tab "Parked" says what is wrong.',
        'Notas de salida de la tienda "{store}" que no se pueden leer como pedidos: {count} nuevas. '
        'La pestaña "Apartadas" dice qué falla.',
    ),
    unknown_fields=Text(
        "Fields of Brightpearl's documents that Relevo does not know, and in how many notes it met them since the last daily "
        "refresh:",
        "Campos de los documentos de Brightpearl que Relevo no conoce, y en cuántas notas aparecieron desde la última "
        "actualización diaria:",
    ),
    first_orders=Text(
        "The store is connected. Orders come with the next import once their goods-out note is printed. The store's page says "
        "why an order is not here, and imports at once.",
        "La tienda está conectada. Los pedidos llegan con la próxima importación cuando su nota de salida esté impresa. La "
        "página de la tienda dice por qué falta un pedido e importa al momento.",
    ),
    nothing_found=Text(
        "No order has all of this. The search finds the beginnings of words: of order number, reference, goods-out note, "
        "recipient, e-mail, SKU, city, postal code, tracking number and tag; of numbers the end as well.",
        "Ningún pedido cumple todo esto. La búsqueda encuentra comienzos de palabra: en el número de pedido, la referencia, la "
        "nota de salida, el destinatario, el correo, el SKU, la ciudad, el código postal, el número de seguimiento y las "
        "etiquetas; de los números, también el final.",
    ),
    parked=Text(
        "These goods-out notes should be orders but cannot be read as such. Correct them in the store: each is tried again when "
        "it changes.",
        "Estas notas de salida deberían ser pedidos, pero no se pueden leer como tales. Corrígelas en la tienda: cada una se "
        "reintenta cuando cambia.",
    ),
    parked_list=Text("Parked goods-out notes, the latest first", "Notas de salida apartadas, las últimas primero"),
    nothing_parked=Text(
        "Every goods-out note that should be an order could be read as one. Nothing to do here.",
        "Todas las notas de salida que debían ser pedidos se han podido leer. No hay nada que hacer aquí.",
    ),
)
