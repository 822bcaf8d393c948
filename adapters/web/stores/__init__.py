"""The pages about an account's stores: how they do, connecting one, its settings, and its end."""

from __future__ import annotations

from adapters.web.stores import (  # they add their pages to the blueprint
    connect,
    consent,
    methods,
    reconnect,
    settings,
    views,
    webhooks,
)
from adapters.web.stores.blueprint import pages

__all__ = ["connect", "consent", "methods", "pages", "reconnect", "settings", "views", "webhooks"]
