"""Words for the parts of the language that nobody registers: keys of a document, groups, triggers and types of fields."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from rules.messages import Text
from rules.values import FieldType


class Worded(Protocol):
    """Anything with a label and a sentence about it."""

    @property
    def label(self) -> Text: ...

    @property
    def help(self) -> Text: ...


class Words(Struct, frozen=True):
    """What people call a part of the language, and what it means."""

    label: Text
    help: Text


ALWAYS = Words(Text("always", "siempre"), Text("True for every order.", "Verdadero para todos los pedidos."))
ALWAYS_OF_LINES = Text("All lines of the order.", "Todas las líneas del pedido.")
GROUPS = {
    "all": Words(
        Text("all of", "todas"),
        Text("True when all of its conditions are true.", "Verdadero si lo son todas sus condiciones."),
    ),
    "any": Words(
        Text("any of", "alguna"),
        Text("True when at least one of its conditions is true.", "Verdadero si lo es al menos una de sus condiciones."),
    ),
    "none": Words(
        Text("none of", "ninguna"),
        Text("True when none of its conditions is true.", "Verdadero si no lo es ninguna de sus condiciones."),
    ),
}
ITEM_GROUPS = {
    "any_item": Words(
        Text("any item", "algún artículo"),
        Text(
            "True when at least one line of the order meets the condition by itself.",
            "Verdadero si al menos una línea del pedido cumple por sí sola la condición.",
        ),
    ),
    "all_items": Words(
        Text("every item", "todos los artículos"),
        Text(
            "True when every line of the order meets the condition, also when there is no line.",
            "Verdadero si todas las líneas del pedido cumplen la condición, también si no hay ninguna.",
        ),
    ),
    "no_item": Words(
        Text("no item", "ningún artículo"),
        Text(
            "True when no line of the order meets the condition, also when there is no line.",
            "Verdadero si ninguna línea del pedido cumple la condición, también si no hay ninguna.",
        ),
    ),
}
AGGREGATES = {
    "count_items": Words(
        Text("number of lines", "número de líneas"),
        Text(
            "How many lines of the order meet the condition; with `always`, all of them. 0 without one.",
            "Cuántas líneas del pedido cumplen la condición; con `always`, todas. 0 si no hay ninguna.",
        ),
    ),
    "sum_items": Words(
        Text("sum over lines", "suma de las líneas"),
        Text(
            "What the numbers `of` come to, of all lines that meet `when`. 0 without one.",
            "Lo que suman los números `of` de las líneas que cumplen `when`. 0 si no hay ninguna.",
        ),
    ),
    "max_items": Words(
        Text("highest of the lines", "máximo de las líneas"),
        Text(
            "The highest of the numbers `of`, of all lines that meet `when`. Blank without one.",
            "El mayor de los números `of` de las líneas que cumplen `when`. Vacío si no hay ninguno.",
        ),
    ),
    "min_items": Words(
        Text("lowest of the lines", "mínimo de las líneas"),
        Text(
            "The lowest of the numbers `of`, of all lines that meet `when`. Blank without one.",
            "El menor de los números `of` de las líneas que cumplen `when`. Vacío si no hay ninguno.",
        ),
    ),
}
TRIGGERS = {
    "imported": Words(
        Text("imported", "importado"),
        Text("When the order comes in for the first time.", "Cuando el pedido llega por primera vez."),
    ),
    "updated": Words(
        Text("updated", "actualizado"),
        Text("When the store sends the order again, changed.", "Cuando la tienda envía de nuevo el pedido, cambiado."),
    ),
    "released": Words(
        Text("released", "liberado"),
        Text("When a hold or an awaited payment is over.", "Cuando acaba una espera o llega el pago pendiente."),
    ),
    "reprocess": Words(
        Text("reprocess", "reprocesar"),
        Text("When somebody has the rules run again.", "Cuando alguien vuelve a ejecutar las reglas."),
    ),
    "rejected": Words(
        Text("rejected", "rechazado"),
        Text("When a logistics provider rejects the order.", "Cuando un proveedor de logística rechaza el pedido."),
    ),
    "cancel_refused": Words(
        Text("recall refused", "retirada denegada"),
        Text(
            "When a logistics provider does not give the order back, since its work has begun.",
            "Cuando un proveedor de logística no devuelve el pedido porque ya ha empezado a prepararlo.",
        ),
    ),
    "closed": Words(
        Text("closed with a rest", "cerrado sin completar"),
        Text(
            "When a logistics provider gives back what it has not shipped of the order.",
            "Cuando un proveedor de logística devuelve lo que no ha enviado del pedido.",
        ),
    ),
    "overdue": Words(
        Text("overdue", "con retraso"),
        Text(
            "When a logistics provider should have shipped the order by now, and has not.",
            "Cuando un proveedor de logística ya debería haber enviado el pedido y no lo ha hecho.",
        ),
    ),
    "shipped": Words(
        Text("shipped", "enviado"),
        Text("When the order has shipped.", "Cuando el pedido se ha enviado."),
    ),
    "exception": Words(
        Text("delivery problem", "problema de entrega"),
        Text(
            "When a carrier reports a problem with a parcel of the order, brings it back, or never got it after its label.",
            "Cuando una empresa de transporte avisa de una incidencia con un paquete del pedido, lo devuelve o no lo ha recibido "
            "días después de la etiqueta.",
        ),
    ),
    "manual": Words(
        Text("manual", "manual"),
        Text(
            "When a person runs this one rule over orders of their choice.",
            "Cuando una persona ejecuta solo esta regla sobre los pedidos que elige.",
        ),
    ),
    "schedule": Words(
        Text("schedule", "programado"),
        Text(
            "By the clock, without anything having happened to the order.",
            "Por el reloj, sin que haya pasado nada con el pedido.",
        ),
    ),
}
FIELD_TYPES = {
    FieldType.TEXT: Text("text", "texto"),
    FieldType.NUMBER: Text("number", "número"),
    FieldType.TIME: Text("time", "fecha y hora"),
    FieldType.BOOLEAN: Text("true or false", "verdadero o falso"),
    FieldType.SET: Text("set of texts", "conjunto de textos"),
}

STATUSES = {
    "awaiting_payment": Text("Awaiting payment", "En espera de pago"),
    "awaiting_shipment": Text("Awaiting shipment", "En espera de envío"),
    "on_hold": Text("On hold", "Retenido"),
    "pending_fulfillment": Text("Pending fulfillment", "En el proveedor"),
    "rejected_fulfillment": Text("Rejected fulfillment", "Preparación rechazada"),
    "partially_shipped": Text("Partially shipped", "Enviado en parte"),
    "shipped": Text("Shipped", "Enviado"),
    "cancelled": Text("Cancelled", "Cancelado"),
    "combined": Text("Combined with another", "Agrupado con otro"),
}
DAYS = {
    "mon": Text("Monday", "lunes"),
    "tue": Text("Tuesday", "martes"),
    "wed": Text("Wednesday", "miércoles"),
    "thu": Text("Thursday", "jueves"),
    "fri": Text("Friday", "viernes"),
    "sat": Text("Saturday", "sábado"),
    "sun": Text("Sunday", "domingo"),
}

DOCUMENT_KEYS = {
    "set": Text(
        "The set's name for machines: lower-case letters, digits and hyphens. Publishing replaces the account's set of this "
        "name. Without it, it is made from `name`.",
        "El nombre del conjunto para las máquinas: minúsculas, cifras y guiones. Al publicar se sustituye el conjunto de la "
        "cuenta que se llama así. Si falta, se forma a partir de `name`.",
    ),
    "name": Text("What people call this rule set.", "Cómo llama la gente a este conjunto de reglas."),
    "description": Text("What it is for.", "Para qué sirve."),
    "rules": Text(
        "The rules. They run from top to bottom; each sees what the earlier ones wrote.",
        "Las reglas. Se ejecutan de arriba abajo; cada una ve lo que escribieron las anteriores.",
    ),
    "tests": Text(
        "Orders and what the rules are expected to make of them; checked before the set is published.",
        "Pedidos y lo que se espera que hagan de ellos las reglas; se comprueban antes de publicar el conjunto.",
    ),
}
RULE_KEYS = {
    "id": Text(
        "The rule's name for machines: lower-case letters, digits and hyphens, unique in the set.",
        "El nombre de la regla para las máquinas: minúsculas, cifras y guiones, único en el conjunto.",
    ),
    "name": Text("What people read. Without it, the id.", "Lo que lee la gente. Si falta, el id."),
    "group": Text(
        "The heading that the rule stands under in lists. It has no meaning for what the rule does.",
        "El título bajo el que aparece la regla en las listas. No cambia lo que hace la regla.",
    ),
    "why": Text("Why the rule is there, for whoever reads it later.", "Por qué existe la regla, para quien la lea después."),
    "owner": Text(
        "The e-mail address of the account's user who looks after the rule.",
        "La dirección de correo del usuario de la cuenta que se encarga de la regla.",
    ),
    "review_by": Text(
        "The day by which somebody looks whether the rule is still right: `2026-03-31`. The health of the rules lists what is "
        "overdue.",
        "El día antes del cual alguien mira si la regla sigue siendo correcta: `2026-03-31`. La salud de las reglas enumera las "
        "revisiones atrasadas.",
    ),
    "enabled": Text("`false` switches the rule off.", "`false` desactiva la regla."),
    "on": Text("When the rule runs.", "Cuándo se ejecuta la regla."),
    "schedule": Text(
        "The times at which the rule runs by itself over the account's orders. It needs the trigger `schedule`.",
        "Las horas a las que la regla se ejecuta sola sobre los pedidos de la cuenta. Necesita el disparador `schedule`.",
    ),
    "look_again": Text(
        "How long after its last decision the rule looks at an order once more, until it has applied. It needs the trigger "
        "`schedule`.",
        "Cuánto después de su última decisión vuelve a mirar la regla un pedido, hasta que se aplica. Necesita el disparador "
        "`schedule`.",
    ),
    "over": Text(
        "The statuses of the orders over which `schedule` and `look_again` run the rule. It may stand in `schedule` instead, "
        "where it means the same.",
        "Los estados de los pedidos sobre los que `schedule` y `look_again` ejecutan la regla. También puede estar en "
        "`schedule`, donde significa lo mismo.",
    ),
    "when": Text("The condition that an order has to meet, or `always`.", "La condición que debe cumplir un pedido, o `always`."),
    "then": Text("The actions, in their order.", "Las acciones, en su orden."),
    "stop": Text(
        "`true`: once the rule has applied, no later rule runs for the order.",
        "`true`: una vez aplicada la regla, no se ejecuta ninguna posterior para el pedido.",
    ),
    "once": Text(
        "`true`: the rule applies at most once in the life of an order.",
        "`true`: la regla se aplica como mucho una vez en la vida de un pedido.",
    ),
}
SCHEDULE_KEYS = {
    "at": Text(
        "A time of day in the account's time zone: `08:00`. A time that the clock skips or repeats comes once.",
        "Una hora del día en la zona horaria de la cuenta: `08:00`. La hora que el reloj se salta o repite llega una vez.",
    ),
    "every": Text(
        "In place of `at`: every so long, `30m` or `4h`, 1m at least; counted in real time.",
        "En lugar de `at`: cada cuánto, `30m` o `4h`, como mínimo 1m; se cuenta en tiempo real.",
    ),
    "days": Text("The days of the week on which it runs. Without it, all.", "Los días de la semana. Si falta, todos."),
    "over": Text(
        "The statuses of the orders it runs over; those that a `look_again` beside it looks at, too. Without it, awaiting "
        "shipment and on hold, and for `look_again` all that are still to be shipped.",
        "Los estados de los pedidos sobre los que se ejecuta; también de los que mira `look_again`, si la regla lo tiene. Si "
        "falta, en espera de envío y retenido, y para `look_again` todo lo que queda por enviar.",
    ),
}
LOOK_AGAIN_KEYS = {
    "after": Text(
        "How long after the order's last decision: `24h`.", "Cuánto después de la última decisión sobre el pedido: `24h`."
    ),
    "until": Text(
        "For how long the rule goes on looking, counted from the decision that began it: `7d`.",
        "Durante cuánto tiempo sigue mirando la regla, contado desde la decisión con la que empezó: `7d`.",
    ),
}
CONDITION_KEYS = {
    "field": Text("The field that is compared.", "El campo que se compara."),
    "is": Text("How it is compared.", "Cómo se compara."),
    "value": Text("What it is compared with.", "Con qué se compara."),
    "than": Text("Another field of the same type, in place of a value.", "Otro campo del mismo tipo, en lugar de un valor."),
    "match_case": Text("`true`: upper and lower case matter.", "`true`: se distinguen mayúsculas y minúsculas."),
    "enabled": Text(
        "`false` switches this part off: it counts as if it were not written.",
        "`false` desactiva esta parte: cuenta como si no estuviera escrita.",
    ),
}
AGGREGATE_KEYS = {
    "of": Text("The number of each line.", "El número de cada línea."),
    "when": Text("Which lines count: a condition, or always.", "Qué líneas cuentan: una condición, o always."),
}
NAMED_LIST = Text(
    "A named list of the account: it may change without a new version of the rules.",
    "Una lista con nombre de la cuenta: puede cambiar sin una nueva versión de las reglas.",
)
ACTION_CODE = Text("What the rule does.", "Lo que hace la regla.")
TEST_KEYS = {
    "name": Text("What the test shows.", "Lo que muestra la prueba."),
    "order": Text("The order that the rules are given.", "El pedido que se da a las reglas."),
    "expect": Text("What has to come out.", "Lo que tiene que salir."),
    "context": Text("What the account has.", "Lo que tiene la cuenta."),
    "now": Text(
        "The time that the rules see. Without it, noon UTC of 15 January 2026.",
        "La hora que ven las reglas. Si falta, el mediodía UTC del 15 de enero de 2026.",
    ),
    "trigger": Text("Why the rules run. Without it, `imported`.", "Por qué se ejecutan las reglas. Si falta, `imported`."),
}
EXPECT_KEYS = {
    "matched": Text("The ids of all rules that apply, in order.", "Los id de todas las reglas que se aplican, en orden."),
    "flags": Text("All flags of the decision.", "Todos los indicadores de la decisión."),
    "order": Text(
        "The order after the run, as much of it as you name; tags exactly and in order.",
        "El pedido tras la ejecución, en lo que nombres de él; las etiquetas, exactas y en orden.",
    ),
    "effects": Text(
        "What leaves the order: as many as there are, each as much as you name.",
        "Lo que sale del pedido: tantos como haya, cada uno en lo que nombres de él.",
    ),
    "errors": Text(
        "The rules in error: as many as there are, each as much as you name.",
        "Las reglas con error: tantas como haya, cada una en lo que nombres de ella.",
    ),
}
HISTORY_KEYS = {
    "edited_fields": Text("The fields that a person has set.", "Los campos que ha fijado una persona."),
    "applied_rules": Text("The `once` rules that have applied before.", "Las reglas `once` que ya se han aplicado."),
}
ITEMS = Text("The lines of the order.", "Las líneas del pedido.")
