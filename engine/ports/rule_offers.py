"""What is kept of rule sets that accounts offer each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from engine.model.rule_offer import Adopter, OfferedVersion, RuleOffer
from engine.model.rule_set import RuleSetVersion


class RuleOffers(Protocol):
    """Offers of an account, and those made to it: while they are not withdrawn, and it is one of those they are for."""

    def add(self, offer: RuleOffer) -> None: ...

    def update(self, offer: RuleOffer) -> None:
        """Keep its name, its audience and its end."""

    def add_version(self, offered: OfferedVersion) -> None: ...

    def list_by(self, account_id: str) -> list[RuleOffer]:
        """What the account offers or has offered, by the sets' slugs."""

    def list_to(self, account_id: str) -> list[RuleOffer]:
        """What other accounts offer to it, by name."""

    def find_to(self, account_id: str, offer_id: str) -> RuleOffer | None:
        """One of these."""

    def list_versions(self, account_id: str, offer_ids: Sequence[str]) -> dict[str, list[OfferedVersion]]:
        """The offered versions by offer, each from the first to the newest; of offers that are by or to the account."""

    def get_document(self, account_id: str, offered: OfferedVersion) -> RuleSetVersion:
        """The version as the offering account published it. Raises NotFound where it is neither by nor offered to the account."""

    def list_adopters(self, account_id: str) -> dict[str, list[Adopter]]:
        """Who runs something that the account has offered, by offer."""
