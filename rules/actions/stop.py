"""`stop`: no later rule runs for this order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.actions.draft import Draft
from rules.actions.registry import Action, register, writes
from rules.messages import Text


def _apply(draft: Draft, _params: Mapping[str, Any]) -> None:
    draft.stop()


register(Action("stop", Text("Stop processing rules", "Dejar de procesar reglas"), (), writes(), _apply))
