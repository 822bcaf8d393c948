"""What tests ask of edits of a shop's orders, named by their numbers."""

from __future__ import annotations

from typing import Any

from support.shop import Shop

from engine.services.editing.edit_orders import edit_orders
from engine.services.editing.edits import EditResult, FieldEdit, Operation

ANA = "usr_ana"


def edited(shop: Shop, number: str = "1", actor: str = ANA, **fields: Any) -> EditResult:
    """What became of setting fields, `ship_to__city` for `ship_to.city`."""
    return made(shop, number, *(FieldEdit(name.replace("__", "."), value=value) for name, value in fields.items()), actor=actor)


def undone(shop: Shop, *names: str, number: str = "1") -> EditResult:
    return made(shop, number, *(FieldEdit(name, Operation.UNDO) for name in names))


def made(shop: Shop, number: str, *edits: FieldEdit, actor: str = ANA) -> EditResult:
    (result,) = edit_orders(shop.app, shop.merchant.id, [shop.order_id(number)], edits, actor)
    return result


def said(result: EditResult) -> list[tuple[str, str]]:
    """The problems, by field."""
    return [(problem.field, str(problem.message)) for problem in result.problems]
