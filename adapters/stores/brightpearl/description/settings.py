"""The settings of a Brightpearl account, and what people have to have at hand to connect one.

What is entered is checked in `adapters.stores.brightpearl.settings`.
"""

from __future__ import annotations

from engine.model.store_settings import Connecting, Option, Section, Setting, SettingType, Stage, Words
from engine.model.write_back import TELL_PARTS, PartsTelling
from rules.messages import Text

ACCOUNT = Section(Text("The account", "La cuenta"), comes_first=True)
FIRST_ORDERS = Section(Text("The orders", "Los pedidos"))
ORDERS = Section(Text("Which orders to import", "Qué pedidos importar"), comes_first=True)
CUSTOM_FIELDS = Section(Text("Custom fields", "Campos personalizados"))
SHIPPING = Section(Text("When an order ships", "Al enviar un pedido"))

TO_CONNECT = frozenset({Stage.CONNECT})
LATER = frozenset({Stage.CHANGE})
CHOSEN = frozenset({Stage.CHOOSE, Stage.CHANGE})
ALWAYS = frozenset(Stage)

WHEN_SHIPPED = Words(Text("When an order ships, do in Brightpearl", "Al enviar un pedido, hacer en Brightpearl"))

_TO_ACCOUNT = (
    Setting(
        "account_code",
        Text("Account code", "Código de cuenta"),
        SettingType.CODE,
        help=Text(
            "What you enter as account when you log in to Brightpearl.", "Lo que indicas como cuenta al entrar en Brightpearl."
        ),
        is_needed=True,
        stages=TO_CONNECT,
        section=ACCOUNT,
        names_account=True,
    ),
    Setting(
        "datacenter",
        Text("Data-centre code", "Código del centro de datos"),
        SettingType.CODE,
        help=Text(
            "The first word of the address where you use Brightpearl, such as euw1 or use1.",
            "La primera palabra de la dirección donde usas Brightpearl, como euw1 o use1.",
        ),
        stages=TO_CONNECT,
        section=ACCOUNT,
    ),
    Setting(
        "integration_url",
        Text("Integration URL", "URL de integración"),
        SettingType.URL,
        help=Text(
            "Leave it blank for the address of the data centre.", "Déjala en blanco para usar la dirección del centro de datos."
        ),
        stages=TO_CONNECT,
        section=ACCOUNT,
    ),
)
_OF_ORDERS = (
    Setting(
        "channel_ids",
        Text("Channels", "Canales"),
        SettingType.IDS,
        is_needed=True,
        stages=ALWAYS,
        words={
            Stage.CONNECT: Words(
                Text("Channel ID", "ID de canal"),
                Text(
                    "Several with commas. Left blank, you choose from the account's channels in the next step.",
                    "Varios, separados por comas. En blanco, eliges entre los canales de la cuenta en el paso siguiente.",
                ),
                FIRST_ORDERS,
            )
        },
        choices="channels",
        blank_choice=Text("Orders without a channel", "Pedidos sin canal"),
        section=ORDERS,
        selects_orders=True,
    ),
    Setting(
        "warehouse_ids",
        Text("Warehouses", "Almacenes"),
        SettingType.IDS,
        help=Text(
            "Without a choice, notes from all warehouses are imported.",
            "Si no eliges ninguno, se importan notas de todos los almacenes.",
        ),
        stages=CHOSEN,
        words={
            Stage.CHOOSE: Words(
                help=Text(
                    "Without a tick, notes from all warehouses are imported.",
                    "Si no marcas ninguno, se importan notas de todos los almacenes.",
                )
            )
        },
        choices="warehouses",
        section=ORDERS,
        selects_orders=True,
    ),
)
_OF_FIELDS = (
    Setting(
        "buyer_note_field",
        Text("Buyer's note", "Nota del comprador"),
        help=Text(
            "The code of the custom field that holds it in Brightpearl, such as PCF_NOTE; left blank, none.",
            "El código del campo personalizado que la contiene en Brightpearl, como PCF_NOTE; en blanco, ninguno.",
        ),
        stages=LATER,
        section=CUSTOM_FIELDS,
        shapes_orders=True,
    ),
    *(
        Setting(name, label, stages=LATER, section=CUSTOM_FIELDS, shapes_orders=True)
        for name, label in {
            "gift_message_field": Text("Gift message", "Mensaje de regalo"),
            "custom_field_2": Text("Custom field 2", "Campo personalizado 2"),
            "custom_field_3": Text("Custom field 3", "Campo personalizado 3"),
        }.items()
    ),
)
_OF_SHIPMENTS = (
    Setting(
        "on_ship",
        Text("Do in Brightpearl", "Acción en Brightpearl"),
        SettingType.CHOICE,
        options=(
            Option("none", Text("Nothing", "Nada")),
            Option("mark_shipped", Text("Mark the goods-out note as shipped", "Marcar la nota de salida como enviada")),
            Option("order_status", Text("Set the order's status", "Cambiar el estado del pedido")),
            Option(
                "both",
                Text(
                    "Mark the note as shipped and set the order's status",
                    "Marcar la nota como enviada y cambiar el estado del pedido",
                ),
            ),
        ),
        default="mark_shipped",
        stages=ALWAYS,
        words={
            Stage.CONNECT: Words(WHEN_SHIPPED.label, section=FIRST_ORDERS),
            Stage.CHOOSE: WHEN_SHIPPED,
        },
        section=SHIPPING,
        bears_on=("shipped_status_id",),
    ),
    Setting(
        "shipped_status_id",
        Text("Status of shipped orders", "Estado de los pedidos enviados"),
        SettingType.ID,
        help=Text("Needed only when the order's status is to be set.", "Solo hace falta cuando se cambia el estado del pedido."),
        stages=CHOSEN,
        choices="order_statuses",
        section=SHIPPING,
    ),
    Setting(
        "status_when",
        Text("Set the status", "Cambiar el estado"),
        SettingType.CHOICE,
        options=(
            Option(
                "all_shipped",
                Text(
                    "when all goods-out notes of the order have shipped",
                    "cuando se hayan enviado todas las notas de salida del pedido",
                ),
            ),
            Option("always", Text("with each goods-out note that ships", "con cada nota de salida que se envía")),
        ),
        stages=LATER,
        section=SHIPPING,
    ),
    Setting(
        TELL_PARTS,
        Text("When an order leaves in parts", "Cuando un pedido sale por partes"),
        SettingType.CHOICE,
        help=Text(
            "No goods-out note is marked as shipped before all of it has left, whatever you choose here.",
            "Ninguna nota de salida se marca como enviada antes de haber salido entera, elijas lo que elijas aquí.",
        ),
        options=(
            Option(
                PartsTelling.ALL_OUT.value,
                Text("Write to Brightpearl once all has left", "Escribir en Brightpearl cuando haya salido todo"),
            ),
            Option(
                PartsTelling.EACH_PART.value,
                Text("Write the tracking numbers of each part as it leaves", "Escribir el seguimiento de cada parte al salir"),
            ),
            Option(
                PartsTelling.SPLIT.value,
                Text(
                    "Split the goods-out note: what has left gets a note of its own, marked as shipped",
                    "Dividir la nota de salida: lo que ha salido recibe una nota propia, marcada como enviada",
                ),
            ),
            Option(
                PartsTelling.ASK.value,
                Text(
                    "Ask for each such order, and write nothing until somebody has answered",
                    "Preguntar en cada uno de esos pedidos y no escribir nada hasta que alguien responda",
                ),
            ),
        ),
        stages=LATER,
        section=SHIPPING,
    ),
    Setting(
        "event_owner_id",
        Text("Event owner", "Responsable del evento"),
        SettingType.ID,
        help=Text(
            "The contact number of a member of staff; goods-out notes are marked as shipped in that name.",
            "El número de contacto de un empleado; las notas de salida se marcan como enviadas a su nombre.",
        ),
        stages=LATER,
        section=SHIPPING,
    ),
    Setting(
        "order_note",
        Text("Note on the order", "Nota en el pedido"),
        SettingType.LONG_TEXT,
        help=Text(
            "Written to the order in Brightpearl when it ships; left blank, none is. {tracking}, {carrier}, {service} and "
            "{order_number} are filled in.",
            "Se escribe en el pedido de Brightpearl al enviarlo; en blanco, no se escribe ninguna. Se rellenan {tracking}, "
            "{carrier}, {service} y {order_number}.",
        ),
        stages=LATER,
        section=SHIPPING,
    ),
    Setting(
        "order_note_public",
        Text("The customer may see this note", "El cliente puede ver esta nota"),
        SettingType.FLAG,
        stages=LATER,
        section=SHIPPING,
    ),
    Setting(
        "service_methods",
        Text("Shipping methods of services", "Métodos de envío de los servicios"),
        SettingType.LONG_TEXT,
        help=Text(
            "Which shipping method in Brightpearl a carrier's service is, one a line, such as `seur 24h: 12`. The goods-out note "
            "gets it when the order ships; of other services it keeps its own.",
            "Qué método de envío de Brightpearl es cada servicio de transporte, uno por línea, como `seur 24h: 12`. La nota de "
            "salida lo recibe al enviarse el pedido; con otros servicios conserva el suyo.",
        ),
        stages=LATER,
        section=SHIPPING,
    ),
)
SETTINGS = (*_TO_ACCOUNT, *_OF_ORDERS, *_OF_FIELDS, *_OF_SHIPMENTS)

CONNECTING = Connecting(
    needs=(
        Text("an active Brightpearl account", "una cuenta activa de Brightpearl"),
        Text(
            "user name, password and integration URL; or the token of a private app",
            "nombre de usuario, contraseña y URL de integración; o el token de una app privada",
        ),
        Text("account code, channel ID and data-centre code", "código de cuenta, ID de canal y código del centro de datos"),
        Text(
            "to know what Brightpearl is to do when an order ships",
            "saber qué debe hacer Brightpearl cuando se envía un pedido",
        ),
    ),
    imports=Text(
        "Those with a goods-out note in status Printed.",
        "Los que tienen una nota de salida de mercancías en el estado Impreso.",
    ),
    name_help=Text(
        "As your people call it; left blank, it is named after the account code.",
        "Como la llama tu equipo; en blanco, toma el del código de cuenta.",
    ),
    left_to_choose=Text(
        "The store is connected. Tick the channels whose orders are to come, and save.",
        "La tienda está conectada. Marca los canales cuyos pedidos deben llegar y guarda.",
    ),
)
