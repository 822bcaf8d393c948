"""How far shipments have come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from engine.model.tracking import Tracking, TrackingEvent


class Trackings(Protocol):
    """Each shipment's way, as its account sees it, with what the carrier said."""

    def put(self, tracking: Tracking) -> None:
        """Keep it as it is now, whether or not it was known."""

    def find(self, account_id: str, shipment_id: str, *, for_change: bool = False) -> Tracking | None: ...

    def by_order(self, account_id: str, order_ids: Sequence[str]) -> Mapping[str, list[Tracking]]:
        """Those of orders, by order; the first shipment first."""

    def list_due(self, account_id: str, now: datetime, limit: int) -> list[Tracking]:
        """Those of an account that a carrier is to be asked about by now: the ones it called about, then the longest due."""

    def list_accounts_due(self, now: datetime) -> list[str]:
        """The accounts that have any of these."""

    def pull_due(self, now: datetime, longest: timedelta) -> int:
        """Make due what is asked about later than `longest` from now although it should have left, as a wrong clock leaves it."""

    def put_off(self, account_id: str, carrier_account_id: str, now: datetime, until: datetime) -> int:
        """Leave a carrier alone with all that is due of one of its accounts; how many."""

    def find_called(
        self, account_id: str, carrier_account_id: str, carrier_ids: Sequence[str], numbers: Sequence[str]
    ) -> list[Tracking]:
        """Those bought with a carrier account of this account that have one of these ids or numbers, whoever bought them."""

    def keep_events(
        self, account_id: str, shipment_id: str, events: Sequence[TrackingEvent], now: datetime, *, is_erased: bool = False
    ) -> int:
        """Keep what the carrier said of a known shipment, each event once; how many are new.

        Of an erased person's shipment neither places nor the carrier's words are kept.
        """

    def list_events(self, account_id: str, shipment_id: str) -> list[TrackingEvent]:
        """The earliest first."""

    def events_of_order(self, account_id: str, order_id: str) -> Mapping[str, list[TrackingEvent]]:
        """By shipment, the earliest first."""

    def redact(self, account_id: str, order_ids: Sequence[str]) -> int:
        """Take places and the carrier's words out of the ways of orders; of how many shipments."""

    def forget_events(self, before: datetime) -> int:
        """Delete what was kept before an instant, of all accounts; how many."""
