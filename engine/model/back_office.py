"""Where people look at an order in the system that it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class BackOffice:
    """The address of an order's page at the vendor, for people's browsers; nothing of Relevo ever asks there.

    `template` has `{host}`, one of `hosts` by what a setting of the store says, and `{order}`, the store's id of the order. A
    setting that says anything else leads nowhere: what somebody typed never becomes a host.
    """

    template: str
    setting: str
    hosts: Mapping[str, str] = field(hash=False)

    def address(self, settings: Mapping[str, Any], external_order_id: str) -> str | None:
        """None where the store's settings do not say where it is."""
        host = self.hosts.get(str(settings.get(self.setting) or "").casefold())
        if host is None or not external_order_id:
            return None
        return self.template.format(host=host, order=quote(external_order_id, safe=""))
