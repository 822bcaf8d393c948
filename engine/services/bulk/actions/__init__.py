"""The kinds of bulk actions, in the order in which they are offered. A new one is a file here and its line below."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from engine.services.bulk.actions.delegate import DELEGATE
from engine.services.bulk.actions.edit import EDIT
from engine.services.bulk.actions.hold import HOLD
from engine.services.bulk.actions.recall import RECALL
from engine.services.bulk.actions.refresh import REFRESH
from engine.services.bulk.actions.release import RELEASE
from engine.services.bulk.actions.run_rules import RUN_RULES
from engine.services.bulk.kind import BulkKind

BULK_KINDS: Mapping[str, BulkKind] = MappingProxyType(
    {kind.code: kind for kind in (DELEGATE, RECALL, HOLD, RELEASE, EDIT, RUN_RULES, REFRESH)}
)
