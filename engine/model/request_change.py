"""What a merchant's order has become since its provider made a label: the provider is asked, and has the old one meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self


class ChangeState(StrEnum):
    ASKED = "asked"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class RequestChange:
    """The parts of an order document that a provider goes by, and what its client wants them to be."""

    state: ChangeState
    kept: Mapping[str, Any]
    wanted: Mapping[str, Any]
    at: datetime
    text: str = ""  # why it was refused
    drew_attention: bool = False  # whether the client's order needs attention for want of a refused change, and for nothing else

    @property
    def is_asked(self) -> bool:
        return self.state is ChangeState.ASKED

    @property
    def fields(self) -> tuple[str, ...]:
        """The parts that differ."""
        return tuple(name for name in {**self.kept, **self.wanted} if self.kept.get(name) != self.wanted.get(name))

    def refuse(self, text: str) -> RequestChange:
        """The provider ships the order as it was."""
        return RequestChange(ChangeState.REFUSED, self.kept, self.wanted, self.at, text, self.drew_attention)

    def to_data(self) -> dict[str, Any]:
        """As a JSON object, but for its state."""
        data = {"kept": self.kept, "wanted": self.wanted, "at": self.at.isoformat(), "text": self.text}
        return {**data, **({"drew_attention": True} if self.drew_attention else {})}

    @classmethod
    def from_data(cls, state: str, data: Mapping[str, Any]) -> Self:
        """What `to_data` made."""
        at, drew_attention = datetime.fromisoformat(data["at"]), bool(data.get("drew_attention"))
        return cls(ChangeState(state), data["kept"], data["wanted"], at, data["text"], drew_attention)
