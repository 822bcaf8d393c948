"""The settings of a Brightpearl store."""

from __future__ import annotations

from engine.model.store_settings import Setting

SETTINGS: tuple[Setting, ...] = ()
