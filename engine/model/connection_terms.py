"""What a merchant agrees to when they approve a connection. A change of what it means is another version."""

from __future__ import annotations

from rules.messages import Text

TERMS_VERSION = "2026-11"

TERMS = (
    Text(
        "{provider} sees each order that you, or your rules, delegate to it: what to send, to whom, by when, and your "
        "notes on it. "
        "It sees nothing of other orders, of your prices and margins, of your rules or of your stores.",
        "{provider} ve cada pedido que tú o tus reglas delegáis en él: qué enviar, a quién, para cuándo y tus notas. "
        "No ve otros pedidos, ni tus totales y márgenes, ni tus reglas, ni tus tiendas.",
    ),
    Text(
        "Your carriers are being connected with the provider: it may ship your orders, and no others, with the carrier "
        "accounts that you share. It sees their services, never their credentials. You can withdraw them at any time.",
        "Tus empresas de transporte se conectan con el proveedor: puede enviar tus pedidos, y solo los tuyos, con las "
        "cuentas que compartas. Ve sus servicios, nunca sus credenciales. Puedes retirarlas en cualquier momento.",
    ),
    Text(
        "While an order is with the provider you do not ship it yourself: you take it back first, and the provider may answer.",
        "Mientras un pedido está en manos del proveedor no lo envías tú: primero lo retiras, y el proveedor puede responder.",
    ),
    Text(
        "When the provider ships, your store is told with tracking number, carrier and service.",
        "Cuando el proveedor envía, se informa a tu tienda con número de seguimiento, empresa de transporte y servicio.",
    ),
    Text(
        "Either side can end the connection. Settle open orders, fees and products that are left before you do.",
        "Cualquiera de las partes puede terminar la conexión. Antes, aclarad pedidos abiertos, cuotas y productos restantes.",
    ),
)
UNDERSTOOD = Text(
    "I have read this and understand how the connection works.",
    "He leído lo anterior y comprendo el proceso de conexión.",
)
