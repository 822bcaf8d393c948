"""How randomised properties search: the same examples each time in the gate, others each time in `make fuzz`."""

from __future__ import annotations

import os

from hypothesis import settings

PROFILE = os.environ.get("RELEVO_HYPOTHESIS", "gate")
_MORE = 25  # times as many examples when searching


def load_profile() -> None:
    """Before any test module is read: `@settings` takes over what it does not name from the profile of that moment."""
    for name in ("gate", "fuzz"):
        settings.register_profile(name, derandomize=name == "gate", deadline=None, print_blob=True, database=None)
    settings.load_profile(PROFILE)


def examples(number: int) -> int:
    """How many examples a property takes, given how many the gate has time for."""
    return number if PROFILE == "gate" else number * _MORE
