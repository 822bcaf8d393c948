"""Tenants, places and carrier contracts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, delete, exists, insert, null, or_, select, union_all, update

from engine.model.account import (
    ADDRESS_FIELDS,
    SERVICE_ACCOUNT,
    Account,
    AccountKind,
    CarrierAccount,
    DecideAnew,
    Location,
)
from engine.model.connection import ConnectionState
from engine.model.sentence import Sentence
from engine.model.shipping_hours import ShippingHours
from rules.messages import Text
from rules.order_document import dumps
from storage.errors import SecretKeyMissing
from storage.sealed_values import SealedValues
from storage.secret_box import SecretBox
from storage.statements import in_parts, not_found, values_of
from storage.tables import (
    AccountRow,
    CarrierAccountRow,
    CarrierAccountServiceRow,
    CarrierAccountShareRow,
    ConnectionRow,
    LocationRow,
)

_ACCOUNT = Text("account", "cuenta")
_CARRIER_ACCOUNT = Text("carrier account", "cuenta de transporte")
_IS_A_TENANT = AccountRow.id != SERVICE_ACCOUNT


class SqlAccounts:
    """Implements `engine.ports.Accounts`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, account: Account) -> None:
        self._connection.execute(insert(AccountRow), values_of(account))

    def get(self, account_id: str, *, for_change: bool = False) -> Account:
        query = select(AccountRow).where(AccountRow.id == account_id)
        found = self._list(query.with_for_update(key_share=True) if for_change else query)
        if not found:
            raise not_found(_ACCOUNT, account_id)
        return found[0]

    def get_many(self, account_ids: Iterable[str]) -> dict[str, Account]:
        wanted = sorted(set(account_ids))
        found = {
            account.id: account
            for part in in_parts(wanted)
            for account in self._list(select(AccountRow).where(AccountRow.id.in_(part)))
        }
        for account_id in wanted:
            if account_id not in found:
                raise not_found(_ACCOUNT, account_id)
        return found

    def find_by_slug(self, slug: str) -> Account | None:
        found = self._list(select(AccountRow).where(AccountRow.slug == slug, _IS_A_TENANT))
        return found[0] if found else None

    def list_all(self) -> list[Account]:
        has_people = AccountRow.kind != AccountKind.INTEGRATED.value
        return self._list(select(AccountRow).where(_IS_A_TENANT, has_people).order_by(AccountRow.id))

    def update(self, account: Account) -> None:
        kept = values_of(account)
        changeable = ("name", "country", "time_zone", "kind", "decide_anew", "price_limit_percent", "held_too_long_days")
        values = {name: kept[name] for name in changeable}
        self._connection.execute(update(AccountRow).where(AccountRow.id == account.id).values(values))

    def set_decide_anew(self, account_id: str, decide_anew: DecideAnew) -> None:
        self._connection.execute(update(AccountRow).where(AccountRow.id == account_id).values(decide_anew=decide_anew.value))

    def is_empty(self) -> bool:
        return self._connection.execute(select(AccountRow.id).where(_IS_A_TENANT).limit(1)).first() is None

    def set_time_zone(self, account_id: str, time_zone: str) -> None:
        self._connection.execute(update(AccountRow).where(AccountRow.id == account_id).values(time_zone=time_zone))

    def set_kind(self, account_id: str, kind: AccountKind) -> None:
        self._connection.execute(update(AccountRow).where(AccountRow.id == account_id).values(kind=kind.value))

    def _list(self, query: Select[Any]) -> list[Account]:
        return [account_of(dict(row)) for row in self._connection.execute(query).mappings()]


def account_of(row: Mapping[str, Any]) -> Account:
    """An account from the columns of its row."""
    return Account(**{**row, "kind": AccountKind(row["kind"]), "decide_anew": DecideAnew(row["decide_anew"])})


class SqlLocations:
    """Implements `engine.ports.Locations`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, location: Location) -> None:
        self._connection.execute(insert(LocationRow), {**values_of(location), "hours": location.hours.to_data()})

    def set_hours(self, account_id: str, location_id: str, hours: ShippingHours) -> None:
        row = LocationRow
        query = update(row).where(row.account_id == account_id, row.id == location_id)
        self._connection.execute(query.values(hours=hours.to_data()))

    def update(self, location: Location) -> None:
        row, kept = LocationRow, values_of(location)
        values = {name: kept[name] for name in ADDRESS_FIELDS}
        self._connection.execute(update(row).where(row.account_id == location.account_id, row.id == location.id).values(values))

    def remove(self, account_id: str, location_id: str) -> None:
        row = LocationRow
        self._connection.execute(delete(row).where(row.account_id == account_id, row.id == location_id))

    def list_for(self, account_id: str) -> list[Location]:
        query = select(LocationRow).where(LocationRow.account_id == account_id).order_by(LocationRow.id)
        rows = self._connection.execute(query).mappings()
        return [Location(**{**row, "hours": ShippingHours.from_data(row["hours"])}) for row in rows]


class SqlCarrierAccounts:
    """Implements `engine.ports.CarrierAccounts`. A removed connection ends the sharing, though it stays on record."""

    def __init__(self, connection: Connection, secrets: SecretBox | None) -> None:
        self._connection = connection
        self._secrets = secrets

    def add(self, carrier_account: CarrierAccount) -> None:
        values = {
            "id": carrier_account.id,
            "account_id": carrier_account.account_id,
            "carrier": carrier_account.carrier,
            "shared_with_all": carrier_account.shared_with_all,
            **self._changing(carrier_account),
        }
        self._connection.execute(insert(CarrierAccountRow), values)
        self._add_services(carrier_account)
        self._add_shares(carrier_account)

    def update(self, carrier_account: CarrierAccount) -> None:
        row, service = CarrierAccountRow, CarrierAccountServiceRow
        own = (row.id == carrier_account.id, row.account_id == carrier_account.account_id)
        changed = self._connection.execute(update(row).where(*own).values(self._changing(carrier_account)))
        if changed.rowcount:
            self._connection.execute(delete(service).where(service.carrier_account_id == carrier_account.id))
            self._add_services(carrier_account)

    def _changing(self, carrier_account: CarrierAccount) -> dict[str, Any]:
        return {
            "nickname": carrier_account.nickname,
            "settings": dict(carrier_account.settings),
            "sealed_credentials": self._seal(carrier_account.credentials),
            "is_default": carrier_account.is_default,
            "refused_since": carrier_account.refused_since,
            "refusal": carrier_account.refusal,
        }

    def _add_services(self, carrier_account: CarrierAccount) -> None:
        owner = {"carrier_account_id": carrier_account.id, "account_id": carrier_account.account_id}
        services = [
            {**owner, "service": service, "position": position}
            for position, service in enumerate(dict.fromkeys(carrier_account.services))
        ]
        if services:
            self._connection.execute(insert(CarrierAccountServiceRow), services)

    def update_sharing(self, carrier_account: CarrierAccount) -> None:
        row, share = CarrierAccountRow, CarrierAccountShareRow
        of_account = (row.id == carrier_account.id, row.account_id == carrier_account.account_id)
        changed = self._connection.execute(update(row).where(*of_account).values(shared_with_all=carrier_account.shared_with_all))
        if changed.rowcount:
            self._connection.execute(delete(share).where(share.carrier_account_id == carrier_account.id))
            self._add_shares(carrier_account)

    def _add_shares(self, carrier_account: CarrierAccount) -> None:
        owner = {"carrier_account_id": carrier_account.id, "account_id": carrier_account.account_id}
        sides = [(provider_id, False) for provider_id in carrier_account.shared_with]
        sides += [(provider_id, True) for provider_id in carrier_account.kept_from]
        shares = [
            {**owner, "provider_id": provider_id, "position": position, "kept_from": kept}
            for position, (provider_id, kept) in enumerate(dict(sides).items())
        ]
        if shares:
            self._connection.execute(insert(CarrierAccountShareRow), shares)

    def get(self, account_id: str, carrier_account_id: str) -> CarrierAccount:
        row = CarrierAccountRow
        own = (row.account_id == account_id, row.id == carrier_account_id)
        found = self._list(select(row).where(*own))
        if not found:
            raise not_found(_CARRIER_ACCOUNT, carrier_account_id)
        sealed = self._connection.scalar(select(row.sealed_credentials).where(*own))
        return replace(found[0], credentials={} if sealed is None else SealedValues(self._secrets, sealed))

    def find_called(self, carrier_account_id: str) -> CarrierAccount | None:
        row = CarrierAccountRow
        owner = self._connection.scalar(select(row.account_id).where(row.id == carrier_account_id))
        return None if owner is None else self.get(owner, carrier_account_id)

    def set_credentials(self, account_id: str, carrier_account_id: str, credentials: Mapping[str, str]) -> None:
        row = CarrierAccountRow
        own = (row.account_id == account_id, row.id == carrier_account_id)
        self._connection.execute(update(row).where(*own).values(sealed_credentials=self._seal(credentials)))

    def keep_refusal(self, account_id: str, carrier_account_id: str, since: datetime | None, refusal: Sentence | None) -> None:
        row = CarrierAccountRow
        own = (row.account_id == account_id, row.id == carrier_account_id)
        self._connection.execute(update(row).where(*own).values(refused_since=since, refusal=refusal))

    def list_for(self, account_id: str) -> list[CarrierAccount]:
        return self._list(select(CarrierAccountRow).where(CarrierAccountRow.account_id == account_id))

    def list_usable_by_provider(self, provider_id: str) -> list[CarrierAccount]:
        clients = select(ConnectionRow.client_id).where(
            ConnectionRow.provider_id == provider_id, ConnectionRow.state == ConnectionState.ACTIVE.value
        )
        row, share = CarrierAccountRow, CarrierAccountShareRow
        of_provider = (share.carrier_account_id == row.id, share.provider_id == provider_id)
        is_shared = exists().where(*of_provider, share.kept_from.is_(False))
        is_kept = exists().where(*of_provider, share.kept_from.is_(True))
        usable = or_(is_shared, and_(row.shared_with_all.is_(True), ~is_kept))
        return self._list(select(row).where(row.account_id.in_(clients), usable))

    def _list(self, query: Select[Any]) -> list[CarrierAccount]:
        rows = self._connection.execute(query.order_by(CarrierAccountRow.id)).all()
        ids = [row.id for row in rows]
        services: dict[str, list[str]] = {row_id: [] for row_id in ids}
        shares: dict[bool, dict[str, list[str]]] = {kept: {row_id: [] for row_id in ids} for kept in (False, True)}
        service, share = CarrierAccountServiceRow, CarrierAccountShareRow
        of_both = union_all(
            select(
                service.carrier_account_id.label("id"), service.service.label("name"), null().label("kept"), service.position
            ).where(service.carrier_account_id.in_(ids)),
            select(share.carrier_account_id, share.provider_id, share.kept_from, share.position).where(
                share.carrier_account_id.in_(ids)
            ),
        ).subquery()
        parts = select(of_both.c.id, of_both.c.name, of_both.c.kept).order_by(of_both.c.position)
        for row_id, name, kept in self._connection.execute(parts) if ids else ():
            (services if kept is None else shares[bool(kept)])[row_id].append(name)
        return [
            CarrierAccount(
                row.id,
                row.account_id,
                row.carrier,
                tuple(services[row.id]),
                tuple(shares[False][row.id]),
                row.shared_with_all,
                tuple(shares[True][row.id]),
                row.nickname,
                row.settings,
                is_default=row.is_default,
                refused_since=row.refused_since,
                refusal=row.refusal,
            )
            for row in rows
        ]

    def _seal(self, credentials: Mapping[str, str]) -> str | None:
        return self._box().seal(dumps(dict(credentials))) if credentials else None

    def _box(self) -> SecretBox:
        if self._secrets is None:
            raise SecretKeyMissing()
        return self._secrets
