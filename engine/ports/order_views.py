"""The repository of the grid's saved views and of each person's settings."""

from __future__ import annotations

from typing import Protocol

from engine.model.order_view import GridSettings, OrderView
from engine.model.redaction import Redaction


class OrderViews(Protocol):
    def list_for(self, account_id: str, user_id: str) -> list[OrderView]:
        """A person's own and those that are shared with the account, by name."""

    def choices(self, account_id: str, user_id: str) -> tuple[GridSettings | None, list[OrderView]]:
        """What `settings` and `list_for` say, at once."""

    def get(self, account_id: str, view_id: str, *, for_change: bool = False) -> OrderView:
        """Raises NotFound."""

    def put(self, view: OrderView) -> None:
        """Keep a new view, or what has become of one."""

    def remove(self, account_id: str, view_id: str) -> None:
        """It opens nobody's grid any more."""

    def redact(self, account_id: str, redaction: Redaction) -> int:
        """Take a person out of names and of what is searched for. How many views there were to change."""

    def settings(self, account_id: str, user_id: str) -> GridSettings | None:
        """None where the person has chosen nothing."""

    def keep_settings(self, settings: GridSettings) -> None: ...
