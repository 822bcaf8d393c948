"""Papers and messages that go with the order: `set_packing_slip`, `set_email_template`, `notify_marketplace`, `return_label`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from rules.actions.draft import Draft
from rules.actions.registry import Action, Nature, Parameter, ParameterKind, always, register, writes
from rules.fields.closed_values import ClosedValues
from rules.messages import Text

STANDARD_SLIP, PRICED_SLIP, GIFT_SLIP = "standard", "prices", "gift"
_MEANT_SLIPS = {
    "estandar": STANDARD_SLIP,
    "estándar": STANDARD_SLIP,
    "default": STANDARD_SLIP,
    "no_prices": STANDARD_SLIP,
    "precios": PRICED_SLIP,
    "invoice": PRICED_SLIP,
    "wholesale": PRICED_SLIP,
    "regalo": GIFT_SLIP,
}
PACKING_SLIPS = ClosedValues(
    Text("standard, prices or gift", "standard, prices o gift"),
    (STANDARD_SLIP, PRICED_SLIP, GIFT_SLIP),
    lambda text: _MEANT_SLIPS.get(text.strip().casefold()),
    labels={
        STANDARD_SLIP: Text("without prices", "sin precios"),
        PRICED_SLIP: Text("with prices", "con precios"),
        GIFT_SLIP: Text("as a gift", "de regalo"),
    },
)
STANDARD_EMAIL, NO_EMAIL = "standard", "none"
EMAILS = {
    "shipment": Text("shipment e-mail", "correo de envío"),
    "delivery": Text("delivery e-mail", "correo de entrega"),
}
TEMPLATE = Parameter("template", ParameterKind.TEXT, Text("Template", "Plantilla"))
_MEANT_EMAILS = {
    "estandar": STANDARD_EMAIL,
    "estándar": STANDARD_EMAIL,
    "default": STANDARD_EMAIL,
    "ninguno": NO_EMAIL,
    "off": NO_EMAIL,
}
EMAIL_TEMPLATES = ClosedValues(
    Text("standard or none", "standard o none"),
    (STANDARD_EMAIL, NO_EMAIL),
    lambda text: _MEANT_EMAILS.get(text.strip().casefold()),
    labels={STANDARD_EMAIL: Text("the usual one", "el habitual"), NO_EMAIL: Text("none", "ninguno")},
)


def _set_packing_slip(draft: Draft, params: Mapping[str, Any]) -> None:
    draft.write_text("packing_slip", params["template"])


def _set_email_template(draft: Draft, params: Mapping[str, Any]) -> None:
    draft.write_text(f"email_templates.{params['kind']}", params["template"])


register(
    Action(
        code="set_packing_slip",
        label=Text("Set packing slip", "Establecer albarán"),
        sentence=Text("Use the packing slip {template}", "Usar el albarán {template}"),
        help=Text(
            "Chooses the packing slip that is printed with labels of the carrier `house`: `standard` lists the contents without "
            "prices, `prices` has unit prices and amounts, `gift` has the gift message and no prices.",
            "Elige el albarán que se imprime con las etiquetas de la empresa `house`: `standard` indica el contenido sin "
            "precios, `prices` lleva precios e importes y `gift` lleva el mensaje de regalo y no lleva precios.",
        ),
        parameters=(replace(TEMPLATE, closed=PACKING_SLIPS),),
        writes=writes("packing_slip"),
        apply=_set_packing_slip,
        nature=always(Nature.SETS),
        part_labels={"packing_slip": Text("packing slip", "albarán")},
    )
)
register(
    Action(
        code="set_email_template",
        label=Text("Set e-mail template", "Establecer plantilla de correo"),
        sentence=Text("Use the template {template} for the {kind}", "Usar la plantilla {template} para el {kind}"),
        help=Text(
            "Says whether the buyer gets an e-mail when the order ships (`shipment`) or arrives (`delivery`), whatever the store "
            "says: `standard` is the one that Relevo writes, `none` is none.",
            "Indica si el comprador recibe un correo cuando el pedido sale (`shipment`) o llega (`delivery`), diga lo que diga "
            "la tienda: `standard` es el que escribe Relevo, `none` es ninguno.",
        ),
        parameters=(
            Parameter("kind", ParameterKind.CHOICE, Text("E-mail", "Correo"), choices=EMAILS),
            replace(TEMPLATE, closed=EMAIL_TEMPLATES),
        ),
        writes=lambda params: frozenset({f"email_templates.{params['kind']}"}),
        apply=_set_email_template,
        nature=always(Nature.SETS),
        part_labels={f"email_templates.{kind}": label for kind, label in EMAILS.items()},
    )
)


def _register_switch(code: str, label: Text, sentence: Text, help: Text, part_label: Text) -> None:
    def apply(draft: Draft, params: Mapping[str, Any]) -> None:
        draft.write(code, params["enabled"])

    register(
        Action(
            code=code,
            label=label,
            sentence=sentence,
            help=help,
            parameters=(Parameter("enabled", ParameterKind.BOOLEAN, Text("Enabled", "Activado")),),
            writes=writes(code),
            apply=apply,
            nature=always(Nature.SETS),
            part_labels={code: part_label},
        )
    )


_register_switch(
    "notify_marketplace",
    Text("Notify the marketplace", "Notificar al marketplace"),
    Text("Notify the marketplace: {enabled}", "Notificar al marketplace: {enabled}"),
    Text(
        "Says whether the store that the order came from is told that it shipped; `false` keeps that from it.",
        "Indica si se avisa del envío a la tienda de la que vino el pedido; con `false` no se le avisa.",
    ),
    Text("marketplace notified", "notificación al marketplace"),
)
_register_switch(
    "return_label",
    Text("Include a return label", "Incluir etiqueta de devolución"),
    Text("Include a return label: {enabled}", "Incluir etiqueta de devolución: {enabled}"),
    Text(
        "Says whether a return label is bought along with the shipping label, by the same carrier and service where it can.",
        "Indica si junto con la etiqueta de envío se compra una de devolución, con la misma empresa y servicio, si las hace.",
    ),
    Text("return label", "etiqueta de devolución"),
)
