"""Why a goods-out note or an order of Brightpearl is not an order here, and what to do about it."""

from __future__ import annotations

from engine.model.store_reasons import Reason, Role
from rules.messages import Text

NO_GOODS_OUT_NOTE = Reason(
    "no_goods_out_note",
    sentence=Text(
        "Order {order} has no goods-out note yet: allocate its stock and create one in Brightpearl.",
        "El pedido {order} aún no tiene nota de salida de mercancías: asigna su stock y crea una en Brightpearl.",
    ),
    problem=Text("No goods-out note", "Sin nota de salida"),
    cause=Text(
        "Brightpearl has the order, but nobody has created a goods-out note for it yet.",
        "Brightpearl tiene el pedido, pero nadie ha creado aún su nota de salida de mercancías.",
    ),
    remedy=Text(
        "Allocate the order's stock in Brightpearl, create a goods-out note and print it.",
        "Asigna el stock del pedido en Brightpearl, crea una nota de salida e imprímela.",
    ),
    closing=Text("the order has no goods-out note any more", "el pedido ya no tiene nota de salida"),
    says_remedy=True,
    role=Role.NOTHING_TO_SHIP,
)
NOT_PRINTED = Reason(
    "not_printed",
    sentence=Text(
        "Goods-out note {note} is not printed: print it in Brightpearl and it comes with the next import.",
        "La nota de salida {note} no está impresa: imprímela en Brightpearl y llegará con la próxima importación.",
    ),
    problem=Text("Goods-out note not printed", "Nota de salida sin imprimir"),
    cause=Text(
        "The goods-out note is there, but not in status Printed.", "La nota de salida existe, pero no está en el estado Impreso."
    ),
    remedy=Text(
        "Print the note in Brightpearl. It comes with the next import.",
        "Imprime la nota en Brightpearl. Llegará con la próxima importación.",
    ),
    closing=Text("the goods-out note is no longer printed", "la nota de salida ya no está impresa"),
    says_remedy=True,
)
ALREADY_SHIPPED = Reason(
    "already_shipped",
    sentence=Text(
        "Goods-out note {note} was already shipped in Brightpearl.", "La nota de salida {note} ya se envió en Brightpearl."
    ),
    problem=Text("Already shipped", "Ya enviado"),
    cause=Text(
        "The goods-out note was marked as shipped in Brightpearl before it could be imported.",
        "La nota de salida se marcó como enviada en Brightpearl antes de poder importarla.",
    ),
    remedy=Text(
        "If the parcel has left, nothing. If not, create a new goods-out note: Brightpearl cannot take it back.",
        "Si el paquete ha salido, nada. Si no, crea otra nota de salida: Brightpearl no puede deshacerlo.",
    ),
    closing=Text("it was shipped in the store", "se envió en la tienda"),
    means_shipped=True,
)
WRONG_CHANNEL = Reason(
    "wrong_channel",
    sentence=Text(
        "The channel of order {order} is {found}; this store imports {wanted}. Add the channel to the store if it should come.",
        "El canal del pedido {order} es {found}; esta tienda importa {wanted}. Añade el canal a la tienda si debe llegar.",
    ),
    problem=Text("Other channel", "Otro canal"),
    cause=Text(
        "The order belongs to a channel that this store does not import, or to none.",
        "El pedido es de un canal que esta tienda no importa, o de ninguno.",
    ),
    remedy=Text(
        "Tick the channel, or the orders without one, in the store's settings; or correct the order's channel in Brightpearl.",
        "Marca el canal, o los pedidos sin canal, en la configuración de la tienda, o corrige el canal del pedido en "
        "Brightpearl.",
    ),
    closing=Text("the order belongs to a channel that is not imported", "el pedido es de un canal que no se importa"),
    says_remedy=True,
    lasts=True,
)
WRONG_WAREHOUSE = Reason(
    "wrong_warehouse",
    sentence=Text(
        "Goods-out note {note} ships from warehouse {found}; this store imports {wanted}.",
        "La nota de salida {note} sale del almacén {found}; esta tienda importa {wanted}.",
    ),
    problem=Text("Other warehouse", "Otro almacén"),
    cause=Text(
        "The goods-out note ships from a warehouse that this store does not import.",
        "La nota de salida sale de un almacén que esta tienda no importa.",
    ),
    remedy=Text(
        "Tick the warehouse in the store's settings, if its orders are to come.",
        "Marca el almacén en la configuración de la tienda, si sus pedidos deben llegar.",
    ),
    closing=Text("it ships from a warehouse that is not imported", "sale de un almacén que no se importa"),
    lasts=True,
)
UNMAPPABLE = Reason(
    "unmappable",
    sentence=Text(
        "Goods-out note {note} cannot be read as an order: `{path}`: {problem}.",
        "La nota de salida {note} no se puede leer como pedido: `{path}`: {problem}.",
    ),
    problem=Text("Cannot be read as an order", "No se puede leer como pedido"),
    cause=Text(
        "Something that an order needs is missing or wrong, such as the quantity of a row.",
        "Falta o está mal algo que un pedido necesita, como la cantidad de una línea.",
    ),
    remedy=Text(
        "The page Parked says what it is and where. Correct that place in Brightpearl: it is tried again at each "
        "import. If Brightpearl shows nothing wrong there, tell whoever looks after Relevo.",
        "La página Apartadas dice qué es y dónde está. Corrígelo en Brightpearl: se intenta de nuevo en cada "
        "importación. Si en Brightpearl no se ve nada mal ahí, avisa a quien se ocupa de Relevo.",
    ),
    closing=Text("the goods-out note can no longer be read as an order", "la nota de salida ya no se puede leer como pedido"),
    role=Role.UNREADABLE,
)
OUTSIDE_WINDOW = Reason(
    "outside_window",
    sentence=Text(
        "Goods-out note {note} was created on {found}, before the import's window that starts on {wanted}. Import once "
        "with an earlier --since to bring it.",
        "La nota de salida {note} se creó el {found}, antes del periodo de importación que empieza el {wanted}. Importa "
        "una vez con un --since anterior para traerla.",
    ),
    problem=Text("Too old", "Demasiado antigua"),
    cause=Text(
        "The goods-out note was created before the days that an import looks back.",
        "La nota de salida es anterior a los días que abarca una importación.",
    ),
    remedy=Text(
        "Ask whoever runs Relevo to import once from an earlier day: `stores import --since`.",
        "Pide al administrador que importe una vez desde un día anterior: `stores import --since`.",
    ),
    closing=Text("it is older than what is imported", "es anterior a lo que se importa"),
    says_remedy=True,
)
ORDER_NOT_FOUND = Reason(
    "order_not_found",
    sentence=Text(
        "Brightpearl knows no order {order}: check the number.",
        "Brightpearl no conoce ningún pedido {order}: comprueba el número.",
    ),
    problem=Text("Order not found", "Pedido no encontrado"),
    cause=Text(
        "Brightpearl knows no order with this number in the account of this store.",
        "Brightpearl no conoce ningún pedido con ese número en la cuenta de esta tienda.",
    ),
    remedy=Text(
        "Check the number: Brightpearl's order number, the order's reference or the number of a goods-out note.",
        "Comprueba el número: el de pedido de Brightpearl, la referencia del pedido o el de una nota de salida.",
    ),
    closing=Text("the store no longer has the order", "la tienda ya no tiene el pedido"),
    says_remedy=True,
    role=Role.NOT_FOUND,
)
NOTE_GONE = Reason(
    "note_gone",
    sentence=Text(
        "Goods-out note {note} no longer exists in Brightpearl.", "La nota de salida {note} ya no existe en Brightpearl."
    ),
    problem=Text("Goods-out note deleted", "Nota de salida borrada"),
    cause=Text("The goods-out note no longer exists in Brightpearl.", "La nota de salida ya no existe en Brightpearl."),
    remedy=Text(
        "If the order is still to ship, create a new goods-out note and print it.",
        "Si el pedido aún debe enviarse, crea otra nota de salida e imprímela.",
    ),
    closing=Text("the goods-out note no longer exists in the store", "la nota de salida ya no existe en la tienda"),
    role=Role.GONE,
)
DROP_SHIP = Reason(
    "drop_ship",
    sentence=Text(
        "Order {order} is shipped by a supplier (drop-ship).", "El pedido {order} lo envía un proveedor (dropshipping)."
    ),
    problem=Text("Shipped by a supplier", "Lo envía un proveedor"),
    cause=Text(
        "The order is a drop-ship: a supplier sends it to the customer.",
        "El pedido es dropshipping: un proveedor se lo envía al cliente.",
    ),
    remedy=Text("Nothing: there is nothing to ship from your warehouse.", "Nada: no hay nada que enviar desde tu almacén."),
    closing=Text("a supplier ships it", "lo envía un proveedor de la tienda"),
    lasts=True,
)
TRANSFER_NOTE = Reason(
    "transfer_note",
    sentence=Text(
        "Goods-out note {note} moves stock between warehouses; it is not a customer's order.",
        "La nota de salida {note} mueve stock entre almacenes; no es el pedido de un cliente.",
    ),
    problem=Text("Stock transfer", "Traspaso entre almacenes"),
    cause=Text("The goods-out note moves stock between warehouses.", "La nota de salida mueve stock entre almacenes."),
    remedy=Text("Nothing: it is not the order of a customer.", "Nada: no es el pedido de un cliente."),
    closing=Text("the goods-out note moves stock between warehouses", "la nota de salida mueve stock entre almacenes"),
)
NOT_A_SALES_ORDER = Reason(
    "not_a_sales_order",
    sentence=Text(
        "Order {order} is of type {found}; only sales orders (SO) are imported.",
        "El pedido {order} es de tipo {found}; solo se importan pedidos de venta (SO).",
    ),
    problem=Text("Not a sales order", "No es un pedido de venta"),
    cause=Text(
        "It is a purchase order, a sales credit or a purchase credit.",
        "Es un pedido de compra, un abono de venta o un abono de compra.",
    ),
    remedy=Text("Nothing: only sales orders (SO) are imported.", "Nada: solo se importan pedidos de venta (SO)."),
    closing=Text("it is not a sales order", "no es un pedido de venta"),
    lasts=True,
)

REASONS = (
    NO_GOODS_OUT_NOTE,
    NOT_PRINTED,
    ALREADY_SHIPPED,
    WRONG_CHANNEL,
    WRONG_WAREHOUSE,
    UNMAPPABLE,
    OUTSIDE_WINDOW,
    ORDER_NOT_FOUND,
    NOTE_GONE,
    DROP_SHIP,
    TRANSFER_NOTE,
    NOT_A_SALES_ORDER,
)
