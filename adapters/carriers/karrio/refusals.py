"""A clear no that needs nobody's answer."""

from __future__ import annotations

from typing import Any

from engine.ports.carriers import CarrierRefused
from rules.messages import Message, Text


def refused(code: str, text: Text, /, **params: Any) -> CarrierRefused:
    """What a person reads of a shipment or an account that cannot be used."""
    return CarrierRefused(Message(code, text, params))
