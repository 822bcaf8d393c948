"""What a store's note said of how it ships before it was written to from here, and what was written since.

It is kept in the person's layer of the order, the original where there are parts, before the note is written to. So an import
does not take our words for the store's, and what is taken back leaves the note as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from engine.model.order import Order
from rules.order_document import plain

NOTE_SHIPPING = "note_shipping"

Stated = Mapping[str, Decimal]
"""Numbers that stand on a note, such as its boxes and its weight, in the store's own units; one that is 0 is not said."""


@dataclass(frozen=True, slots=True)
class NoteShipping:
    """Of one note."""

    note: str  # its external id
    own: Stated = field(default_factory=dict)  # what it says when nobody has written to it from here
    told: Mapping[str, tuple[Decimal, ...]] = field(default_factory=dict)  # what was written, or was about to be

    def is_ours(self, name: str, number: Decimal | None) -> bool:
        return number is not None and number in self.told.get(name, ())

    def unwritten(self, stated: Stated) -> Stated:
        """What a note that says this would say without us: what somebody has changed there since stays."""
        names = {**stated, **self.own}
        kept = {name: self.own.get(name) if self.is_ours(name, stated.get(name)) else stated.get(name) for name in names}
        return {name: number for name, number in kept.items() if number}

    def telling(self, stated: Stated, told: Stated) -> NoteShipping:
        """The same before that is written to a note that says this now."""
        names = {**self.told, **told}
        more = {name: _once(*self.told.get(name, ()), *([told[name]] if told.get(name) else ())) for name in names}
        return replace(self, own=self.unwritten(stated), told=more)


NO_SHIPPING = NoteShipping("")


def note_shipping(order: Order, note: str) -> NoteShipping:
    """What is kept of an order's note; nothing of one that was not written to, nor of another one that stands for it by now."""
    kept = order.person.get(NOTE_SHIPPING) or {}
    if kept.get("note") != note:
        return NoteShipping(note)
    told = {name: _numbers(numbers) for name, numbers in kept["told"].items()}
    return NoteShipping(note, {name: Decimal(number) for name, number in kept["own"].items()}, told)


def keep_note_shipping(order: Order, shipping: NoteShipping) -> None:
    order.person[NOTE_SHIPPING] = {
        "note": shipping.note,
        "own": {name: plain(number) for name, number in shipping.own.items()},
        "told": {name: [plain(number) for number in numbers] for name, numbers in shipping.told.items()},
    }


def _once(*numbers: Decimal) -> tuple[Decimal, ...]:
    return tuple(dict.fromkeys(numbers))


def _numbers(written: Iterable[str]) -> tuple[Decimal, ...]:
    return tuple(map(Decimal, written))
