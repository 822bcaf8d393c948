"""What people have set on an order: who and when, and what it would be without that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.application import Application
from engine.model.order import Edit, Order
from engine.ports import NotFound
from engine.services.editing.editable_fields import find_editable
from engine.services.refusals import NO_ORDER, Refused
from rules.messages import Message, Text
from rules.order_document import read_field


@dataclass(frozen=True, slots=True)
class SetField:
    """A field that a person has set. `without` is the value that it would have else; of long ago nobody knows who it was."""

    field: str
    label: Text
    value: Any
    without: Any
    edit: Edit | None


def list_edits(order: Order) -> list[SetField]:
    """The fields that a person has set and may undo, in the order in which they were first set."""
    found = []
    for name, value in order.person.items():
        known = find_editable(name)
        if not isinstance(known, Message):
            without = replace(order, person={other: kept for other, kept in order.person.items() if other != name})
            unedited = read_field(without.document(), name)
            found.append(SetField(name, known.label, value, unedited, order.edits.get(name)))
    return found


def edits_of(app: Application, account_id: str, order_id: str) -> tuple[list[SetField], Mapping[str, str]]:
    """The same of an order by its id, and who the people are, by their ids. Raises Refused."""
    with app.reading() as uow:
        try:
            order = uow.orders.get(account_id, order_id)
        except NotFound:
            raise Refused("no_order", NO_ORDER, order=order_id) from None
        return list_edits(order), {user.id: user.email for user in uow.users.list_for(account_id)}
