"""What the pages are built on, put into the Flask application once and fetched by every view."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from flask import current_app, g

from adapters.web.store_guard import StoreGuard
from engine.application import Application
from engine.ports import SandboxOffer
from rules.messages import Language
from storage.queries import Queries

EXTENSION = "relevo"
WITHIN = "relevo_within"  # of a request: the parts whose use cases are one transaction


@dataclass(frozen=True, slots=True)
class Parts:
    """The use cases, the read models, and what the operator set."""

    app: Application
    queries: Queries
    language: Language  # when neither the person nor the browser asks for one
    session_key: bytes = field(repr=False)
    sign_up: bool = True  # whether people make accounts by themselves
    guard: StoreGuard = field(default_factory=StoreGuard)
    trial: SandboxOffer | None = None
    has_demo: Callable[[], bool] = lambda: False


def parts() -> Parts:
    """Those of the application that serves this request."""
    return cast(Parts, g.get(WITHIN) or current_app.extensions[EXTENSION])
