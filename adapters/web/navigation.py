"""What people find where: one line an entry. What a person's account does not have is not shown to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from adapters.web.addresses import page_address
from adapters.web.inbox.showing import Badge, badge
from adapters.web.language import page_language
from adapters.web.people import Person, this_person
from rules.messages import Text


def _everybody(_person: Person) -> bool:
    return True


def _providers(person: Person) -> bool:
    return person.ships_for_others


def _merchants(person: Person) -> bool:
    return not person.ships_for_others


@dataclass(frozen=True, slots=True)
class Entry:
    """A link, and the places that it leads to: a page is in the place that its view names, else in its blueprint's."""

    label: Text
    endpoint: str
    places: tuple[str, ...] = ()
    is_for: Callable[[Person], bool] = _everybody
    about: Text | None = None
    badge: Callable[[], Badge] = Badge  # a number beside the link


@dataclass(frozen=True, slots=True)
class Section:
    """Settings that belong together."""

    heading: Text
    entries: tuple[Entry, ...]


SALES_CHANNELS = (
    Entry(Text("Stores", "Tiendas"), "stores.index", ("stores",)),
    Entry(Text("Clients", "Clientes"), "clients.index", ("clients",), _providers),
    Entry(Text("Reconciliation", "Conciliación"), "reconciliation.index", ("reconciliation",)),
)
SHIPPING = (
    Entry(Text("Client requests", "Solicitudes de clientes"), "requests.index", ("requests",), _providers),
    Entry(Text("Inventory", "Inventario"), "inventory.index", ("inventory",), _providers),
    Entry(Text("On hold", "Retenido"), "holds.index", ("holds",)),
    Entry(Text("Label batches", "Lotes de etiquetas"), "labels.list_all_batches", ("label_batches",)),
    Entry(Text("End of day", "Fin del día"), "end_of_day.index", ("end_of_day", "pickups")),
    Entry(Text("Not told", "Sin avisar"), "shipments.untold", ("shipments",)),
    Entry(Text("Products", "Productos"), "products.index", ("products",)),
    Entry(Text("Statements", "Estados de cuenta"), "statements.index", ("statements",)),
)
# The pages of the rules, and the views that belong to each.
RULES = (
    Entry(Text("Rules", "Reglas"), "rules.index", ("rules.index",)),
    Entry(
        Text("Versions", "Versiones"),
        "rules.list_set_versions",
        ("rules.list_set_versions", "rules.compare", "rules.restore"),
    ),
    Entry(Text("Backtests", "Pruebas retrospectivas"), "rules.backtests", ("rules.backtests",)),
    Entry(Text("Undo", "Deshacer"), "rules.undo", ("rules.undo",)),
    Entry(Text("Health", "Salud"), "rules.health", ("rules.health",)),
    Entry(Text("Unhandled orders", "Pedidos sin regla"), "rules.unhandled", ("rules.unhandled",)),
    Entry(Text("Lists", "Listas"), "settings.lists", ("settings.lists",)),
    Entry(Text("Offers", "Ofertas"), "rules.offers", ("rules.offers",)),
)
INSIGHTS = (
    Entry(Text("Orders", "Pedidos"), "insights.orders", ("insights.orders",)),
    Entry(Text("Times", "Tiempos"), "insights.times", ("insights.times",)),
    Entry(Text("Rules", "Reglas"), "insights.rules", ("insights.rules",)),
    Entry(Text("Costs", "Costes"), "insights.costs", ("insights.costs",)),
    Entry(Text("Providers", "Proveedores"), "insights.providers", ("insights.providers",), _merchants),
    Entry(Text("Partners", "Proveedores y clientes"), "insights.providers", ("insights.providers",), _providers),
)
_SHIPPING_PLACES = ("requests", "inventory", "products", "holds", "label_batches", "end_of_day", "shipments", "statements")
MAIN = (
    Entry(Text("Inbox", "Bandeja"), "inbox.index", ("inbox",), badge=badge),
    Entry(Text("Orders", "Pedidos"), "orders.index", ("orders", "bulk", "labels")),
    Entry(Text("Sales channels", "Canales de ventas"), "stores.index", ("stores", "clients", "reconciliation")),
    Entry(Text("Rules", "Reglas"), "rules.index", ("rules",)),
    Entry(Text("Shipping", "Envíos"), "requests.index", _SHIPPING_PLACES, _providers),
    Entry(Text("Shipping", "Envíos"), "holds.index", _SHIPPING_PLACES, _merchants),
    Entry(Text("Insights", "Estadísticas"), "insights.orders", ("insights",)),
    Entry(Text("Settings", "Configuración"), "settings.index", ("settings", "mail", "colleagues", "profile")),
)
SETTINGS = (
    Section(
        Text("Account", "Cuenta"),
        (
            Entry(
                Text("Account", "Cuenta"),
                "settings.account",
                about=Text(
                    "Name, country, time zone, outdated orders, and shipping for others.",
                    "Nombre, país, zona horaria, pedidos desfasados y envíos de otros.",
                ),
            ),
            Entry(
                Text("Getting started", "Primeros pasos"),
                "start.index",
                about=Text("What your account has, and what comes next.", "Qué tiene tu cuenta y qué viene después."),
            ),
            Entry(
                Text("People", "Personas"),
                "colleagues.index",
                about=Text("Who works in this account, and who is invited.", "Quién trabaja aquí y a quién se ha invitado."),
            ),
            Entry(
                Text("Mail", "Correo"),
                "mail.index",
                about=Text("Which mails you get, and what became of them.", "Qué correos recibes y qué ha sido de ellos."),
            ),
        ),
    ),
    Section(
        Text("Shipping", "Envío"),
        (
            Entry(
                Text("Fulfillment providers", "Proveedores de logística"),
                "settings.providers",
                about=Text("Who ships orders for you, and who asks to.", "Quién envía pedidos por ti y quién lo solicita."),
            ),
            Entry(
                Text("Carrier accounts", "Cuentas de transporte"),
                "settings.carriers",
                about=Text(
                    "Which of your carrier accounts providers may ship with.",
                    "Con cuáles de tus cuentas de transporte pueden enviar los proveedores.",
                ),
            ),
            Entry(
                Text("Packages", "Embalajes"),
                "settings.packages",
                about=Text("Boxes with their sizes and weights.", "Cajas con sus tamaños y pesos."),
            ),
            Entry(
                Text("Ship-from locations", "Ubicaciones de envío"),
                "settings.locations",
                about=Text("The addresses your parcels come from.", "Las direcciones de las que salen tus paquetes."),
            ),
            Entry(
                Text("Print stations", "Estaciones de impresión"),
                "settings.stations",
                about=Text(
                    "Which printer and format each workplace uses.", "Qué impresora y formato usa cada puesto de trabajo."
                ),
            ),
        ),
    ),
    Section(
        Text("Rules", "Reglas"),
        (
            Entry(
                Text("Lists", "Listas"),
                "settings.lists",
                about=Text(
                    "SKUs, postal codes and other values that rules compare with.",
                    "SKU, códigos postales y otros valores con los que comparan las reglas.",
                ),
            ),
        ),
    ),
    Section(
        Text("You", "Tú"),
        (
            Entry(
                Text("Your profile", "Tu perfil"),
                "profile.edit",
                about=Text("Language, time zone, password.", "Idioma, zona horaria, contraseña."),
            ),
            Entry(
                Text("Your devices", "Tus dispositivos"),
                "session.devices",
                about=Text("Where you are logged in.", "Dónde tienes la sesión abierta."),
            ),
        ),
    ),
)

# Everything that has a line here, with the heading that it stands under.
_AREAS: tuple[tuple[Text | None, tuple[Entry, ...]], ...] = (
    (None, MAIN),
    (Text("Sales channels", "Canales de ventas"), SALES_CHANNELS),
    (Text("Shipping", "Envíos"), SHIPPING),
    (Text("Rules", "Reglas"), RULES),
    *((Text("Settings", "Configuración"), section.entries) for section in SETTINGS),
)


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as a page has it."""

    label: str
    address: str
    is_current: bool
    count: str
    counted: str


def main_links(place: str) -> tuple[Link, ...]:
    """The first row, for a page of a place."""
    links = []
    for entry in shown(MAIN):
        badge, label = entry.badge(), entry.label.format(page_language())
        links.append(Link(label, page_address(entry.endpoint), place in entry.places, badge.count, badge.label))
    return tuple(links)


def everything() -> Iterator[tuple[Entry, Text | None]]:
    """All pages that the person of this request has, each once, with the heading that it stands under; None for the first row."""
    seen: set[str] = set()
    for heading, entries in _AREAS:
        for entry in shown(entries):
            if entry.endpoint not in seen:
                seen.add(entry.endpoint)
                yield entry, heading


def shown(entries: Iterable[Entry]) -> list[Entry]:
    """Those that the person of this request has a page for."""
    person = this_person()
    return [entry for entry in entries if entry.is_for(person)]
