"""What a provider says of one line of a request that it does not ship, or ships no more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from rules.order_document import plain


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """Units of a line that cannot be shipped, and why.

    Without a quantity all that have not left are meant, without a code the one of the whole answer.
    """

    line_key: str
    quantity: Decimal | None = None
    code: str | None = None
    text: str = ""

    def to_data(self) -> dict[str, Any]:
        """As a JSON object."""
        return {
            "line_key": self.line_key,
            "quantity": None if self.quantity is None else plain(self.quantity),
            "code": self.code,
            "text": self.text,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """What `to_data` made."""
        quantity = data["quantity"]
        return cls(str(data["line_key"]), None if quantity is None else Decimal(quantity), data["code"], str(data["text"]))
