"""A decision as it lies in the database, for those who decide again about very many: its parts are JSON, read when needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple


class DecisionHead(NamedTuple):
    """Which decision it is, without what it knew."""

    id: str
    order_id: str
    trigger: str
    decided_at: datetime


class DecisionLine(NamedTuple):
    """What came of a decision, without what it knew."""

    id: str
    trigger: str
    decided_at: datetime
    rule_set_version_ids: Sequence[str]
    matched: Sequence[str]
    changes: Sequence[Mapping[str, Any]]
    errors: Sequence[Mapping[str, Any]]


class KeptDecision(NamedTuple):
    """The texts are JSON, exact in their numbers (`rules.order_document.loads` reads them)."""

    id: str
    order_id: str
    trigger: str
    decided_at: datetime
    rule_set_version_ids: Sequence[str]
    context_id: str
    facts: str
    matched: str
    changes: str
    effects: str
    flags: str
    errors: str
