"""Brightpearl as a kind of store."""

from __future__ import annotations

from adapters.stores.brightpearl.description.back_office import BACK_OFFICE
from adapters.stores.brightpearl.description.commands import COMMANDS
from adapters.stores.brightpearl.description.logins import LOGINS
from adapters.stores.brightpearl.description.reasons import REASONS
from adapters.stores.brightpearl.description.settings import CONNECTING, SETTINGS
from adapters.stores.brightpearl.description.steps import STEPS
from adapters.stores.brightpearl.description.words import WORDS
from engine.model.store_kind import Capability, StoreKind

BRIGHTPEARL = StoreKind(
    code="brightpearl",
    name="Brightpearl",
    settings=SETTINGS,
    logins=LOGINS,
    reasons=REASONS,
    write_back_steps=STEPS,
    capabilities=frozenset(Capability) - {Capability.REQUESTS},
    words=WORDS,
    connecting=CONNECTING,
    commands=COMMANDS,
    back_office=BACK_OFFICE,
)
