"""What Brightpearl as a kind of store says of itself: reasons, steps, settings, ways to log in, and the words for its things."""

from adapters.stores.brightpearl.description.kind import BRIGHTPEARL

__all__ = ["BRIGHTPEARL"]
