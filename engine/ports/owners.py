"""Whose a thing is, for the operator's command line: the one place where an id alone leads to an account."""

from __future__ import annotations

from typing import Protocol


class Owners(Protocol):
    """The operator may name a thing of any account by its id. Nobody else asks this: people and jobs have an account."""

    def account_of_store(self, store_id: str) -> str:
        """The id of the account that has this store. Raises NotFound."""

    def account_of_order(self, order_id: str) -> str:
        """The id of the account that has this order. Raises NotFound."""

    def account_of_carrier_account(self, carrier_account_id: str) -> str:
        """The id of the account that has this carrier account. Raises NotFound."""

    def account_of_shipment(self, shipment_id: str) -> str:
        """The id of the account that made this shipment, or has this return label. Raises NotFound."""
