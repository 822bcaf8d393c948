"""What Brightpearl is told when a goods-out note ships, one step after the other."""

from __future__ import annotations

from engine.model.store_kind import WriteBackStep
from rules.messages import Text

REFERENCE = WriteBackStep("reference", Text("tracking written to the goods-out note", "seguimiento escrito en la nota de salida"))
SHIPPED = WriteBackStep("shipped", Text("goods-out note marked as shipped", "nota de salida marcada como enviada"), is_final=True)
STATUS = WriteBackStep("status", Text("status of the order set", "estado del pedido definido"))
NOTE = WriteBackStep("note", Text("note written on the order", "nota escrita en el pedido"))

STEPS = (REFERENCE, SHIPPED, STATUS, NOTE)
