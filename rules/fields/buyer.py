"""Fields of the buyer: who it is, the two addresses, and what was said."""

from __future__ import annotations

from rules.fields.catalogue import BOOLEAN, ORDER_FIELDS, TEXT
from rules.fields.closed_values import COUNTRIES, VERIFICATIONS
from rules.messages import Text

add = ORDER_FIELDS.add

_ADDRESS_PARTS = (
    ("name", Text("name", "nombre"), Text("The name in the {address}.", "El nombre en la {address}.")),
    ("company", Text("company", "empresa"), Text("The company in the {address}.", "La empresa en la {address}.")),
    (
        "street1",
        Text("address line 1", "línea 1 de la dirección"),
        Text("The first line of the {address}: street and number.", "La primera línea de la {address}: calle y número."),
    ),
    (
        "street2",
        Text("address line 2", "línea 2 de la dirección"),
        Text(
            "The second line of the {address}: flat, floor, building.",
            "La segunda línea de la {address}: piso, puerta, edificio.",
        ),
    ),
    (
        "street3",
        Text("address line 3", "línea 3 de la dirección"),
        Text("The third line of the {address}.", "La tercera línea de la {address}."),
    ),
    ("city", Text("city", "ciudad"), Text("The city in the {address}.", "La ciudad en la {address}.")),
    (
        "state",
        Text("state", "provincia"),
        Text(
            "The state, province or region in the {address}, as the store writes it.",
            "El estado, la provincia o la región en la {address}, como lo escribe la tienda.",
        ),
    ),
    (
        "postal_code",
        Text("postal code", "código postal"),
        Text(
            "The postal code in the {address}; it is a text, so 00501 is not 501.",
            "El código postal en la {address}; es un texto, así que 00501 no es 501.",
        ),
    ),
    (
        "country",
        Text("country", "país"),
        Text(
            "The country in the {address}, as its two-letter code: ES, PT.",
            "El país en la {address}, con su código de dos letras: ES, PT.",
        ),
    ),
    (
        "phone",
        Text("phone", "teléfono"),
        Text("The phone number with the {address}.", "El teléfono que acompaña a la {address}."),
    ),
    (
        "zone",
        Text("zone", "zona"),
        Text("The carrier's zone of the {address}.", "La zona de la empresa de transporte para la {address}."),
    ),
)
_PLACES = ("city", "state", "postal_code", "country", "zone")  # which somebody could take for where it comes from
_NOT_PERSONAL = ("country", "zone", "state")


def _register_address(prefix: str, owner: Text, address: Text, place: str) -> None:
    """All parts of one address. `owner` ends a label in Spanish and begins it in English; `place` ends that of a place."""
    for part, label, help_ in _ADDRESS_PARTS:
        of_whom = place if part in _PLACES else owner.es
        add(
            f"{prefix}.{part}",
            TEXT,
            Text(f"{owner.en} {label.en}", f"{label.es} de {of_whom}"),
            Text(help_.en.format(address=address.en), help_.es.format(address=address.es)),
            personal=part not in _NOT_PERSONAL,
            closed=COUNTRIES if part == "country" else None,
        )
    add(
        f"{prefix}.residential",
        BOOLEAN,
        Text(f"{owner.en} a home", f"domicilio particular de {owner.es}"),
        Text(f"Whether the {address.en} is a home and no business.", f"Si la {address.es} es una vivienda y no una empresa."),
    )
    add(
        f"{prefix}.verified",
        TEXT,
        Text(f"{owner.en} address check", f"verificación de la dirección de {owner.es}"),
        Text(
            f"What came of checking the {address.en}: verified, warning or error.",
            f"Qué salió de comprobar la {address.es}: verified (correcta), warning (dudosa) o error.",
        ),
        closed=VERIFICATIONS,
    )


add(
    "customer.name",
    TEXT,
    Text("customer name", "nombre del cliente"),
    Text("The buyer's name, who need not be the recipient.", "El nombre del comprador, que puede no ser el destinatario."),
    personal=True,
)
add(
    "customer.email",
    TEXT,
    Text("customer e-mail", "correo del cliente"),
    Text("The buyer's e-mail address.", "El correo electrónico del comprador."),
    personal=True,
)
add(
    "customer.username",
    TEXT,
    Text("customer user name", "usuario del cliente"),
    Text(
        "The buyer's user name in the shop or marketplace.", "El nombre de usuario del comprador en la tienda o el marketplace."
    ),
    personal=True,
)
add(
    "customer.id",
    TEXT,
    Text("customer id", "identificador del cliente"),
    Text("The store's own number for the buyer.", "El número que la tienda da al comprador."),
    personal=True,
)
_register_address("ship_to", Text("ship to", "envío"), Text("delivery address", "dirección de entrega"), "destino")
_register_address("bill_to", Text("bill to", "facturación"), Text("invoice address", "dirección de facturación"), "facturación")
add(
    "notes.internal",
    TEXT,
    Text("internal notes", "notas internas"),
    Text("Notes that only the account's own people see.", "Notas que solo ve la gente de la cuenta."),
    personal=True,
)
add(
    "notes.to_buyer",
    TEXT,
    Text("notes to the buyer", "notas al comprador"),
    Text("What the buyer is told about the order.", "Lo que se le dice al comprador sobre el pedido."),
    personal=True,
)
add(
    "notes.from_buyer",
    TEXT,
    Text("notes from the buyer", "notas del comprador"),
    Text("What the buyer wrote when ordering.", "Lo que el comprador escribió al hacer el pedido."),
    personal=True,
)
add(
    "gift",
    BOOLEAN,
    Text("gift", "regalo"),
    Text("Whether the buyer marked the order as a gift.", "Si el comprador marcó el pedido como regalo."),
)
add(
    "gift_message",
    TEXT,
    Text("gift message", "mensaje de regalo"),
    Text("The message that goes with a gift.", "El mensaje que acompaña a un regalo."),
    personal=True,
)
