"""Brightpearl as a kind of store."""

from __future__ import annotations

from adapters.stores.brightpearl.description.commands import COMMANDS
from adapters.stores.brightpearl.description.logins import LOGINS
from adapters.stores.brightpearl.description.settings import CONNECTING, SETTINGS
from engine.model.store_kind import Capability, StoreKind

BRIGHTPEARL = StoreKind(
    code="brightpearl",
    name="Brightpearl",
    settings=SETTINGS,
    logins=LOGINS,
    reasons=(),
    write_back_steps=(),
    capabilities=frozenset(Capability),
    connecting=CONNECTING,
    commands=COMMANDS,
)
