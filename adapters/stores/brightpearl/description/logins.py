"""The ways to log in to Brightpearl."""

from __future__ import annotations

from engine.model.store_settings import LoginScheme

LOGINS: tuple[LoginScheme, ...] = ()
