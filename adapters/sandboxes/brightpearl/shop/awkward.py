"""The awkward sales: one of each kind that an import from Brightpearl stumbles over."""

from __future__ import annotations

from .awkward_contents import content_kind
from .awkward_states import state_kind
from .kinds import Kind


def awkward_kinds() -> list[tuple[str, Kind]]:
    """Every kind's name and maker, in the order of the generated orders."""
    return [(make.__name__, make) for make in (*state_kind.kinds, *content_kind.kinds)]
