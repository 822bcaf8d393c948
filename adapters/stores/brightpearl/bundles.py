"""Bundles: the price stands on the bundle's own row, what ships are its parts. Pure.

A bundle's net value is shared by its parts in proportion to their list price times their quantity, or to their quantity
when no part has a list price or one of theirs cannot be read: each part gets full cents, the last one the rest. What a part
costs itself stays with it. The shares come from the order alone, so that each goods-out note of an order sees the same ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_DOWN, Decimal
from typing import Any

from adapters.stores.brightpearl.raw_values import id_in, number_in, read_number

Raw = Mapping[str, Any]

FREE_TEXT_PRODUCT = 1000  # the product of rows that are text only: a shipping charge, a voucher
_CENT = Decimal("0.01")


def is_bundle(row: Raw) -> bool:
    composition = row.get("composition")
    return isinstance(composition, dict) and composition.get("bundleParent") is True


def parent_of(row: Raw) -> str | None:
    """The id of the row of the bundle that a row is a part of."""
    composition = row.get("composition")
    parent = id_in(composition.get("parentOrderRowId")) if isinstance(composition, dict) else None
    return str(parent) if parent else None


class Bundles:
    """The bundles among an order's rows."""

    def __init__(self, rows: Mapping[str, Any], sequence: Callable[[Raw], int]) -> None:
        self._rows = rows
        self._parts: dict[str, list[str]] = {}
        bundles = {row_id for row_id, row in rows.items() if isinstance(row, dict) and is_bundle(row)}
        if not bundles:
            return
        ordered = sorted((sequence(row), at, row_id) for at, (row_id, row) in enumerate(rows.items()) if isinstance(row, dict))
        for _, _, row_id in ordered:
            row = rows[row_id]
            parent = parent_of(row)
            if parent in bundles and parent != row_id and id_in(row.get("productId")) != FREE_TEXT_PRODUCT:
                self._parts.setdefault(parent, []).append(row_id)

    def __bool__(self) -> bool:
        return bool(self._parts)

    def holds_any(self, row_id: str, others: Mapping[str, Any]) -> bool:
        """Whether some of these rows are parts of this bundle, or parts of its parts."""
        seen: set[str] = set()
        waiting = [row_id]
        while waiting:
            for part in self._parts.get(waiting.pop(), ()):
                if part in others:
                    return True
                if part not in seen:
                    seen.add(part)
                    waiting.append(part)
        return False

    def net_values(self, own: Callable[[str], Decimal]) -> dict[str, Decimal]:
        """What each part is worth with its share of the bundle, by row id; `own` gives what a row costs itself."""
        values: dict[str, Decimal] = {}
        tops = [row_id for row_id in self._parts if self._is_top(row_id)]
        waiting = [(row_id, own(row_id)) for row_id in tops]
        while waiting:
            bundle, value = waiting.pop()
            parts = self._parts[bundle]
            for part, share in zip(parts, self._shares(parts, value), strict=True):
                if part in values:
                    continue  # rows that claim to be parts of each other
                values[part] = own(part) + share
                if part in self._parts:
                    waiting.append((part, values[part]))
        return values

    def _is_top(self, row_id: str) -> bool:
        parent = parent_of(self._rows[row_id])
        return parent is None or row_id not in self._parts.get(parent, ())

    def _shares(self, parts: Sequence[str], value: Decimal) -> list[Decimal]:
        weights = [self._weight(part) for part in parts]
        whole = sum(weights)
        shares = [(value * weight / whole).quantize(_CENT, ROUND_DOWN) if whole else Decimal(0) for weight in weights]
        last = max((at for at, weight in enumerate(weights) if weight), default=len(parts) - 1)
        shares[last] += value - sum(shares)
        return shares

    def _weight(self, part: str) -> Decimal:
        """How much of a bundle's value a part takes."""
        row = self._rows[part]
        prices = [_list_price(self._rows[one]) for one in self._parts[str(parent_of(row))]]
        price = _list_price(row) if any(prices) and None not in prices else Decimal(1)
        return (price or Decimal(0)) * _quantity(row, part)


def unreadable_prices(rows: Mapping[str, Any]) -> dict[str, Any]:
    """The list prices of bundles' parts that are not numbers, by row id."""
    found: dict[str, Any] = {}
    for row_id, row in rows.items():
        parent = rows.get(parent_of(row) or "") if isinstance(row, dict) else None
        if isinstance(parent, dict) and is_bundle(parent) and _list_price(row) is None:
            found[row_id] = row["productPrice"]["value"]
    return found


def _list_price(row: Raw) -> Decimal | None:
    """A part's list price, at least 0; None for one that is written and cannot be read."""
    price = row.get("productPrice")
    written = price.get("value") if isinstance(price, dict) else None
    if written is None or written == "":
        return Decimal(0)
    number = number_in(written)
    return None if number is None else max(number, Decimal(0))


def _quantity(row: Raw, row_id: str) -> Decimal:
    """Raises MappingProblem for one that is written and cannot be read."""
    quantity = row.get("quantity")
    written = quantity.get("magnitude") if isinstance(quantity, dict) else None
    if written is None or written == "":
        return Decimal(0)
    return max(read_number(written, f"orderRows.{row_id}.quantity.magnitude"), Decimal(0))
