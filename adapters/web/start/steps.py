"""The steps of a new account in words, each with the page that it is done on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import url_for

from engine.services.accounts.getting_started import GettingStarted, Step
from rules.messages import Text


@dataclass(frozen=True, slots=True)
class StepWords:
    """What a step is called, why it is there, and its link's words."""

    title: Text
    why: Text
    action: Text
    address: Callable[[GettingStarted], str]


def _first_import(started: GettingStarted) -> str:
    if started.store_id is None:
        return url_for("stores.kinds")
    return url_for("stores.show", store_id=started.store_id)


WORDS: dict[Step, StepWords] = {
    Step.ACCOUNT: StepWords(
        Text("Complete your account", "Completa tu cuenta"),
        Text(
            "Add the address that your parcels leave from: carriers and providers need it.",
            "Añade la dirección de la que salen tus paquetes: la necesitan las empresas de transporte y los proveedores.",
        ),
        Text("Add a ship-from location", "Añadir una ubicación de envío"),
        lambda _: url_for("settings.locations", next=url_for("start.index")),
    ),
    Step.STORE: StepWords(
        Text("Connect a store", "Conecta una tienda"),
        Text(
            "Your orders come from it, and it is told when they ship.",
            "De ella llegan tus pedidos, y se le avisa cuando salen.",
        ),
        Text("Connect your store", "Conectar tu tienda"),
        lambda _: url_for("stores.kinds"),
    ),
    Step.PROVIDER: StepWords(
        Text("Connect a fulfillment provider", "Conecta un proveedor de logística"),
        Text(
            "It packs and ships the orders that you delegate. If you ship everything yourself, go on with the next step.",
            "Prepara y envía los pedidos que le delegas. Si lo envías todo tú, sigue con el paso siguiente.",
        ),
        Text("See fulfillment providers", "Ver proveedores de logística"),
        lambda _: url_for("settings.providers"),
    ),
    Step.RULE: StepWords(
        Text("Publish a first rule", "Publica una primera regla"),
        Text(
            "Rules decide who ships an order, by which service, and what you look at first. They count for orders that are "
            "imported after that.",
            "Las reglas deciden quién envía un pedido, con qué servicio y qué revisas antes. Se aplican a los pedidos que se "
            "importan después.",
        ),
        Text("Make a rule set", "Crear un conjunto de reglas"),
        lambda _: url_for("rules.new_set"),
    ),
    Step.IMPORT: StepWords(
        Text("Import your first orders", "Importa tus primeros pedidos"),
        Text(
            "Imports run by themselves; Import now on the page of the store begins one at once.",
            "Las importaciones se hacen solas; Importar ahora, en la página de la tienda, empieza una enseguida.",
        ),
        Text("Go to the store", "Ir a la tienda"),
        _first_import,
    ),
    Step.CLIENT: StepWords(
        Text("Invite a client", "Invita a un cliente"),
        Text(
            "Merchants whose orders you ship connect with you by an invitation.",
            "Las tiendas cuyos pedidos envías se conectan contigo mediante una invitación.",
        ),
        Text("Add new client", "Agregar nuevo cliente"),
        lambda _: url_for("clients.new"),
    ),
    Step.CARRIER: StepWords(
        Text("Add a carrier account", "Añade una cuenta de transporte"),
        Text(
            "Labels are made with it; clients can share theirs as well.",
            "Con ella se crean las etiquetas; los clientes también pueden compartir las suyas.",
        ),
        Text("See carrier accounts", "Ver cuentas de transporte"),
        lambda _: url_for("settings.carriers"),
    ),
    Step.REQUEST: StepWords(
        Text("Accept a first request", "Acepta una primera solicitud"),
        Text(
            "What a client delegates appears among the requests, and among your orders once it is imported.",
            "Lo que delega un cliente aparece en las solicitudes, y en tus pedidos cuando se importa.",
        ),
        Text("See client requests", "Ver solicitudes de clientes"),
        lambda _: url_for("requests.index"),
    ),
}
