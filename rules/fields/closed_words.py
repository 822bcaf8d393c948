"""What people call the codes that some fields have; each list in the order in which a page offers them."""

from __future__ import annotations

from collections.abc import Mapping

from rules.messages import Text

STATUS_WORDS: Mapping[str, Text] = {
    "awaiting_payment": Text("awaiting payment", "en espera de pago"),
    "awaiting_shipment": Text("awaiting shipment", "en espera de envío"),
    "on_hold": Text("on hold", "retenido"),
    "pending_fulfillment": Text("pending fulfillment", "en el proveedor"),
    "rejected_fulfillment": Text("rejected fulfillment", "rechazado por el proveedor"),
    "partially_shipped": Text("partially shipped", "enviado en parte"),
    "shipped": Text("shipped", "enviado"),
    "cancelled": Text("cancelled", "cancelado"),
    "combined": Text("combined with another", "combinado con otro"),
    "skipped": Text("left out by a rule", "omitido por una regla"),
}
REFUSAL_WORDS: Mapping[str, Text] = {
    "incorrect_address": Text("Incorrect address", "Dirección incorrecta"),
    "incorrect_product_info": Text("Incorrect product information", "Datos de producto incorrectos"),
    "ineligible_product": Text("Product that is not handled here", "Producto que no se gestiona aquí"),
    "international_unavailable": Text("No international shipping", "Sin envíos internacionales"),
    "invalid_contact": Text("Invalid contact details", "Datos de contacto no válidos"),
    "invalid_sku": Text("Unknown SKU", "SKU desconocido"),
    "out_of_stock": Text("Out of stock", "Sin existencias"),
    "client_blocked": Text("Client is blocked", "Cliente bloqueado"),
    "missing_customs_info": Text("Customs information is missing", "Faltan datos de aduana"),
    "too_large": Text("Too large or too heavy", "Demasiado grande o pesado"),
    "payment_declined": Text("Payment declined", "Pago rechazado"),
    "undeliverable": Text("Cannot be delivered", "No se puede entregar"),
    "cutoff_missed": Text("Came after the cut-off", "Llegó después de la hora límite"),
    "service_unavailable": Text("Service is not available", "Servicio no disponible"),
    "duplicate": Text("Duplicate", "Duplicado"),
    "other": Text("Other", "Otro"),
}
