"""The catalogue of order fields that conditions read: name, type, labels, and whether it says something about a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rules.messages import Text
from rules.values import FieldType

T, N, M, B, S = FieldType.TEXT, FieldType.NUMBER, FieldType.TIME, FieldType.BOOLEAN, FieldType.SET


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an order, or of one of its items."""

    name: str
    type: FieldType
    label: Text
    personal: bool = False
    derived: bool = False  # computed, whatever the document says


class FieldCatalogue:
    """Fields by name. Two fields of one name are a mistake that shows at start-up."""

    def __init__(self) -> None:
        self._fields: dict[str, Field] = {}

    def add(self, name: str, type_: FieldType, en: str, es: str, *, personal: bool = False, derived: bool = False) -> None:
        if name in self._fields:
            raise ValueError(f"the field {name} is registered twice")
        self._fields[name] = Field(name, type_, Text(en, es), personal, derived)

    def find(self, name: str) -> Field | None:
        return self._fields.get(name)

    def __getitem__(self, name: str) -> Field:
        return self._fields[name]

    def __iter__(self) -> Iterator[Field]:
        return iter(self._fields.values())

    def names(self) -> list[str]:
        return list(self._fields)


ORDER_FIELDS = FieldCatalogue()
ITEM_FIELDS = FieldCatalogue()


def _register_order_fields() -> None:
    add = ORDER_FIELDS.add
    add("order_number", T, "order number", "número de pedido")
    add("reference", T, "reference", "referencia")
    add("order_key", T, "order key", "clave del pedido")
    add("store", T, "store", "tienda")
    add("marketplace", T, "marketplace", "marketplace")
    add("source", T, "order source", "origen del pedido")
    add("status", T, "status", "estado")
    add("currency", T, "currency", "moneda")
    add("payment_method", T, "payment method", "forma de pago")
    add("client", T, "client", "cliente del 3PL")
    add("order_date", M, "order date", "fecha del pedido")
    add("payment_date", M, "date paid", "fecha de pago")
    add("ship_by", M, "ship-by date", "enviar antes de")
    add("deliver_by", M, "deliver-by date", "entregar antes de")
    add("ship_date", M, "ship date", "fecha de envío")
    add("hold_until", M, "on hold until", "en espera hasta")
    add("imported_at", M, "imported at", "importado el")
    add("customer.name", T, "customer name", "nombre del cliente", personal=True)
    add("customer.email", T, "customer e-mail", "correo del cliente", personal=True)
    add("customer.username", T, "customer user name", "usuario del cliente", personal=True)
    add("customer.id", T, "customer id", "identificador del cliente", personal=True)
    for prefix, en, es in (("ship_to", "ship to", "envío"), ("bill_to", "bill to", "facturación")):
        for part, part_en, part_es in (
            ("name", "name", "nombre"),
            ("company", "company", "empresa"),
            ("street1", "address line 1", "dirección, línea 1"),
            ("street2", "address line 2", "dirección, línea 2"),
            ("street3", "address line 3", "dirección, línea 3"),
            ("city", "city", "ciudad"),
            ("state", "state", "provincia"),
            ("postal_code", "postal code", "código postal"),
            ("country", "country", "país"),
            ("phone", "phone", "teléfono"),
            ("zone", "zone", "zona"),
        ):
            personal = part not in ("country", "zone", "state")
            add(f"{prefix}.{part}", T, f"{en} {part_en}", f"{part_es} de {es}", personal=personal)
        add(f"{prefix}.residential", B, f"{en} a home", f"domicilio particular de {es}")
        add(f"{prefix}.verified", T, f"{en} address check", f"verificación de la dirección de {es}")
    add("order_total", N, "order total", "total del pedido")
    add("subtotal", N, "subtotal", "subtotal")
    add("amount_paid", N, "amount paid", "importe pagado")
    add("tax_paid", N, "tax paid", "impuestos pagados")
    add("shipping_paid", N, "shipping paid", "gastos de envío pagados")
    add("shipment_value", N, "value of the lines shipped here", "valor de las líneas de este envío")
    add("insured_value", N, "insured value", "valor asegurado")
    add("weight_g", N, "weight in grams", "peso en gramos")
    add("length_mm", N, "length in mm", "largo en mm")
    add("width_mm", N, "width in mm", "ancho en mm")
    add("height_mm", N, "height in mm", "alto en mm")
    add("line_count", N, "number of lines", "número de líneas", derived=True)
    add("total_quantity", N, "total quantity", "cantidad total", derived=True)
    add("skus", S, "SKUs of all lines", "SKU de todas las líneas", derived=True)
    add("requested_service", T, "requested service", "servicio solicitado")
    add("carrier", T, "carrier", "empresa de transporte")
    add("service", T, "service", "servicio")
    add("package", T, "package", "embalaje")
    add("confirmation", T, "delivery confirmation", "confirmación de entrega")
    add("ship_from", T, "ship-from location", "ubicación de envío")
    add("logistics_provider", T, "logistics provider", "proveedor de logística")
    add("shipping_account", T, "shipping account", "cuenta de envío")
    add("tags", S, "tags", "etiquetas")
    add("notes.internal", T, "internal notes", "notas internas", personal=True)
    add("notes.to_buyer", T, "notes to the buyer", "notas al comprador", personal=True)
    add("notes.from_buyer", T, "notes from the buyer", "notas del comprador", personal=True)
    add("gift_message", T, "gift message", "mensaje de regalo", personal=True)
    add("gift", B, "gift", "regalo")
    add("international", B, "international", "internacional", derived=True)
    add("custom_field_1", T, "custom field 1", "campo personalizado 1")
    add("custom_field_2", T, "custom field 2", "campo personalizado 2")
    add("custom_field_3", T, "custom field 3", "campo personalizado 3")
    add("assigned_to", T, "assigned user", "usuario asignado")
    add("brand", T, "brand", "marca")


def _register_item_fields() -> None:
    add = ITEM_FIELDS.add
    add("sku", T, "SKU", "SKU")
    add("name", T, "item name", "nombre del artículo")
    add("warehouse_location", T, "warehouse location", "ubicación en el almacén")
    add("product_id", T, "product id", "identificador del producto")
    add("quantity", N, "quantity", "cantidad")
    add("unit_price", N, "unit price", "precio unitario")
    add("weight_g", N, "item weight in grams", "peso del artículo en gramos")
    add("available_at_provider", N, "available at the provider", "disponible en el proveedor")
    add("tags", S, "item tags", "etiquetas del artículo")


_register_order_fields()
_register_item_fields()
