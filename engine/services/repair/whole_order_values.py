"""What people have set of an order as a whole, when it is split and when its parts are joined, and when orders are combined and
separated: its weight and size are those of what it no longer is, and what is collected or insured is worth as much together
as before.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import ROUND_DOWN, Decimal

from engine.model.money import minor_digits
from engine.model.order import Edit, Order, OrderState
from engine.services.repair.chosen_units import number_of, value_of
from rules.order_document import read_field

_DRY_ICE = "carrier_options.dry_ice"
_SIZES = ("weight_g", "length_mm", "width_mm", "height_mm", _DRY_ICE)
_AMOUNTS = ("insured_value", "cash_on_delivery.amount")


def part_values(order: Order, part: Order) -> None:
    """Of an order that has what is left of it, and the new part, which has all that people have set so far.

    Amounts go by what the lines are worth, in full coins of their currency, rounded down for the part; where a line has no
    price, or rules have written them once, the order keeps them.
    """
    for one in (order, part):
        _forget_sizes(one)
    part.once_writes = tuple(write for write in part.once_writes if write.field not in _AMOUNTS)
    share, coin = _share(order, part), Decimal(1).scaleb(-minor_digits(str(order.document().get("currency") or "")))
    for name in _AMOUNTS:
        amount = number_of(order.person.get(name))
        if amount is None:
            continue
        of_part = (amount * share).quantize(coin, ROUND_DOWN)
        for one, its_amount in ((order, amount - of_part), (part, of_part)):
            if its_amount:
                one.person[name] = its_amount
            else:
                one.drop_edit(name)


def join_values(original: Order, part: Order) -> None:
    """Of an original that has the units of a part again."""
    _forget_sizes(original)
    for name in _AMOUNTS:
        amount = number_of(part.person.get(name))
        if amount is not None:
            original.person[name] = amount + (number_of(original.person.get(name)) or Decimal(0))
            if name in part.edits:
                original.edits.setdefault(name, part.edits[name])


def combine_values(lead: Order, others: Sequence[Order], edit: Edit) -> None:
    """Of an order that gets others into its parcel, before it has their lines.

    An amount that somebody has set of any of them becomes that of all; what nobody has set is for the rules to decide.
    """
    _forget_sizes(lead)
    for name in _AMOUNTS:
        of_others = sum((_amount(one, name) for one in others), Decimal(0))
        if of_others and any(name in one.person for one in (lead, *others)):
            lead.person[name] = _amount(lead, name) + of_others
            lead.edits[name] = next((one.edits[name] for one in (lead, *others) if name in one.edits), edit)


def separate_values(lead: Order, parting: Sequence[Order], gone: Collection[str]) -> None:
    """Of an order whose parcel others leave; what units of an order left with (`gone`) is collected and insured there."""
    for order in parting:
        if order.id in gone and order.state is not OrderState.SHIPPED:
            for name in _AMOUNTS:
                order.drop_edit(name)
    if lead.state is OrderState.SHIPPED:
        return
    _forget_sizes(lead)
    for name in _AMOUNTS:
        taken = sum((_amount(one, name) for one in parting if one.id not in gone), Decimal(0))
        if taken and name in lead.person:
            left = max(_amount(lead, name) - taken, Decimal(0))
            edit = lead.edits.get(name)
            lead.drop_edit(name)
            if left != _amount(lead, name):  # what rules or the store say is nobody's edit
                lead.person[name] = left
                if edit is not None:
                    lead.edits[name] = edit


def _amount(order: Order, name: str) -> Decimal:
    return number_of(read_field(order.document(), name)) or Decimal(0)


def _forget_sizes(order: Order) -> None:
    for name in _SIZES:
        if not (name == _DRY_ICE and isinstance(order.person.get(name), bool)):  # that there is any is as true of a part
            order.drop_edit(name)
    order.once_writes = tuple(
        write for write in order.once_writes if write.field not in _SIZES or isinstance(write.operand, bool)
    )


def _share(order: Order, part: Order) -> Decimal:
    left, gone = value_of(order.source["items"]), value_of(part.source["items"])
    return gone / (left + gone) if left is not None and gone is not None and left + gone > 0 else Decimal(0)
