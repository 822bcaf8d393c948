"""The pages about an account's stores: how they do, connecting one, its settings, and its end."""

from __future__ import annotations

from adapters.web.stores import connect, consent, reconnect, settings, views, webhooks  # they add their pages to the blueprint
from adapters.web.stores.blueprint import pages

__all__ = ["connect", "consent", "pages", "reconnect", "settings", "views", "webhooks"]
