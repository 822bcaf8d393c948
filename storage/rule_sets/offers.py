"""Rule sets that accounts offer each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, insert, or_, select, update

from engine.model.connection import ConnectionState
from engine.model.rule_offer import Adopter, Audience, OfferedVersion, RuleOffer
from engine.model.rule_set import RuleSetVersion
from rules.messages import Text
from storage.rule_sets.versions import version_of
from storage.statements import in_parts, not_found, values_of
from storage.tables import ConnectionRow, OfferedRuleVersionRow, PublishedRuleSetRow, RuleOfferRow, RuleSetVersionRow

_OFFERED = Text("offered rule set", "conjunto de reglas ofrecido")


class SqlRuleOffers:
    """Implements `engine.ports.RuleOffers`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, offer: RuleOffer) -> None:
        self._connection.execute(insert(RuleOfferRow), values_of(offer))

    def update(self, offer: RuleOffer) -> None:
        row = RuleOfferRow
        self._connection.execute(
            update(row)
            .where(row.id == offer.id, row.account_id == offer.account_id)
            .values(name=offer.name, audience=offer.audience.value, withdrawn_at=offer.withdrawn_at)
        )

    def add_version(self, offered: OfferedVersion) -> None:
        self._connection.execute(insert(OfferedRuleVersionRow), values_of(offered))

    def list_by(self, account_id: str) -> list[RuleOffer]:
        row = RuleOfferRow
        found = self._connection.execute(select(row).where(row.account_id == account_id).order_by(row.set_slug)).mappings()
        return [_offer_of(one) for one in found]

    def list_to(self, account_id: str) -> list[RuleOffer]:
        row = RuleOfferRow
        found = self._connection.execute(select(row).where(_is_made_to(account_id)).order_by(row.name, row.id)).mappings()
        return [_offer_of(one) for one in found]

    def find_to(self, account_id: str, offer_id: str) -> RuleOffer | None:
        query = select(RuleOfferRow).where(RuleOfferRow.id == offer_id, _is_made_to(account_id))
        found = self._connection.execute(query).mappings().first()
        return None if found is None else _offer_of(found)

    def list_versions(self, account_id: str, offer_ids: Sequence[str]) -> dict[str, list[OfferedVersion]]:
        row, found = OfferedRuleVersionRow, dict[str, list[OfferedVersion]]()
        for part in in_parts(offer_ids):
            query = select(row).join(RuleOfferRow, RuleOfferRow.id == row.offer_id).where(row.offer_id.in_(part))
            for one in self._connection.execute(query.where(_is_known_to(account_id)).order_by(row.number)).mappings():
                found.setdefault(one["offer_id"], []).append(OfferedVersion(**one))
        return found

    def get_document(self, account_id: str, offered: OfferedVersion) -> RuleSetVersion:
        row, version = OfferedRuleVersionRow, RuleSetVersionRow
        query = (
            select(version)
            .join(row, and_(row.version_id == version.id, row.account_id == version.account_id))
            .join(RuleOfferRow, RuleOfferRow.id == row.offer_id)
            .where(row.offer_id == offered.offer_id, row.number == offered.number, _is_known_to(account_id))
        )
        found = self._connection.execute(query).mappings().first()
        if found is None:
            raise not_found(_OFFERED, offered.offer_id)
        return version_of(found)

    def list_adopters(self, account_id: str) -> dict[str, list[Adopter]]:
        version, published = RuleSetVersionRow, PublishedRuleSetRow
        columns = (version.offer_id, version.account_id, version.set_slug, version.offered_number)
        query = (
            select(*columns)
            .join(published, published.version_id == version.id)
            .join(RuleOfferRow, RuleOfferRow.id == version.offer_id)
            .where(version.offered_by == account_id, RuleOfferRow.account_id == account_id)
            .order_by(version.account_id, version.set_slug)
        )
        found: dict[str, list[Adopter]] = {}
        for one in self._connection.execute(query).mappings():
            adopter = Adopter(one["account_id"], one["set_slug"], one["offered_number"])
            found.setdefault(one["offer_id"], []).append(adopter)
        return found


def _is_made_to(account_id: str) -> ColumnElement[bool]:
    row, partners = RuleOfferRow, ConnectionRow
    either = or_(
        and_(partners.provider_id == row.account_id, partners.client_id == account_id),
        and_(partners.client_id == row.account_id, partners.provider_id == account_id),
    )
    connected = exists().where(partners.state == ConnectionState.ACTIVE.value, either)
    others = and_(row.audience == Audience.EVERYONE.value, row.account_id != account_id)
    return and_(row.withdrawn_at.is_(None), or_(others, connected))


def _is_known_to(account_id: str) -> ColumnElement[bool]:
    return or_(RuleOfferRow.account_id == account_id, _is_made_to(account_id))


def _offer_of(row: Mapping[Any, Any]) -> RuleOffer:
    return RuleOffer(**{**row, "audience": Audience(row["audience"])})
