"""A decision as the command line and the API show it."""

from __future__ import annotations

from typing import Any

from engine.decide.decision import Decision
from engine.decide.run import NO_HISTORY, Case
from engine.model.order_history import OrderHistory
from rules.facts import with_derived_fields
from rules.messages import Language
from rules.order_document import Document

HISTORY_KEYS = ("edited_fields", "applied_rules")


def answer_of(decision: Decision, case: Case, language: Language = "en") -> dict[str, Any]:
    """The answer for one order as a JSON object; the order comes with its derived fields."""
    order = with_derived_fields(decision.document, case.context)
    return {
        "order_number": order.get("order_number"),
        "matched": list(decision.matched),
        "flags": list(decision.flags),
        "order": order,
        "effects": [effect.to_json(language) for effect in decision.effects],
        "errors": [error.to_json(language) for error in decision.errors],
    }


def history_of(document: Document) -> OrderHistory:
    """What an order document of a file says of its own past; anything else than lists of texts says nothing."""
    if not any(key in document for key in HISTORY_KEYS):
        return NO_HISTORY
    edited, applied = (_texts(document.get(key)) for key in HISTORY_KEYS)
    return OrderHistory(edited_fields=edited, applied_rules=applied)


def _texts(value: Any) -> frozenset[str]:
    return frozenset(member for member in value if isinstance(member, str)) if isinstance(value, list) else frozenset()
