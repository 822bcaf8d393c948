"""The printers that the operator names."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NamedPrinter:
    """A printer that takes what it prints at a port of its own (raw, JetDirect); `account`: the only one that may, if any."""

    host: str
    port: int
    account: str = ""

    @property
    def address(self) -> str:
        """As stations name it."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"
