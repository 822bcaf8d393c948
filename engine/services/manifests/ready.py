"""What can be given to carriers now: the labels that are on no manifest, by carrier account and by where they leave."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from engine.application import Application
from engine.model.account import Account, CarrierAccount
from engine.model.carrier import CarrierCapability
from engine.model.label import Label, PostalAddress
from engine.model.manifest import line_of
from engine.ports import CarrierRefused, UnitOfWork
from engine.services.labels.label_request import address_of
from engine.services.refusals import Refused
from rules.messages import Text
from rules.values import folded_text

LOOKED_BACK = timedelta(days=4)  # over a long weekend; what is older has left, or was forgotten
AT_MOST = 5000

NO_SUCH_LOCATION = Text(
    'There is no ship-from location "{code}" in this account.', 'No existe la ubicación de envío "{code}" en esta cuenta.'
)


@dataclass(slots=True)
class ReadyGroup:
    """Labels of one carrier account that leave one place; `line` names the carrier where the account has several."""

    carrier_account: CarrierAccount
    line: str
    ship_from: PostalAddress
    told: bool  # the carrier takes manifests; else they are listed for its driver
    labels: list[Label] = field(default_factory=list)

    @property
    def key(self) -> str:
        """What a page or a form calls the group by; the same as long as the same place is meant."""
        named = [self.carrier_account.id, self.line, *asdict(self.ship_from).values()]
        return hashlib.sha256("\n".join(named).encode()).hexdigest()[:32]

    @property
    def name(self) -> str:
        """Who carries it, with the nickname of the carrier account where that has one."""
        return self.carrier_account.told_apart(self.line or self.carrier_account.carrier)

    @property
    def parcels(self) -> int:
        return sum(len(label.request.parcels) for label in self.labels)


def list_ready(app: Application, account: Account) -> list[ReadyGroup]:
    """What leaves today or was to leave before; labels with a later ship date wait for their day."""
    with app.reading() as uow:
        return ready_groups(app, uow, account)


def ready_groups(
    app: Application,
    uow: UnitOfWork,
    account: Account,
    *,
    carrier_account_id: str | None = None,
    location_code: str | None = None,
) -> list[ReadyGroup]:
    """The same within a transaction, also of one carrier account or location alone. Raises Refused for an unknown location."""
    place = None if location_code is None else _place(uow, account, location_code)
    groups: dict[tuple[str, str, PostalAddress], ReadyGroup] = {}
    for label in _labels(app, uow, account):
        ship_from = label.request.ship_from
        if carrier_account_id not in (None, label.carrier_account_id) or place not in (None, ship_from):
            continue
        line = line_of(label.service, _separator(app, label))
        key = (label.carrier_account_id, line, ship_from)
        if key not in groups:
            owner = uow.carrier_accounts.get(label.owner_id, label.carrier_account_id)
            groups[key] = ReadyGroup(owner, line, ship_from, _is_told(app, label))
        groups[key].labels.append(label)
    return sorted(groups.values(), key=lambda one: (one.carrier_account.carrier, one.line, one.ship_from.name))


def _labels(app: Application, uow: UnitOfWork, account: Account) -> Sequence[Label]:
    now: datetime = app.clock.now()
    today = now.astimezone(ZoneInfo(account.time_zone)).date()
    found = uow.labels.list_unmanifested(account.id, now - LOOKED_BACK, AT_MOST)
    return [label for label in found if label.request.ship_date <= today]


def _place(uow: UnitOfWork, account: Account, code: str) -> PostalAddress:
    for location in uow.locations.list_for(account.id):
        if folded_text(location.code) == folded_text(code):
            return address_of(account, location)
    raise Refused("no_such_location", NO_SUCH_LOCATION, code=code)


def _separator(app: Application, label: Label) -> str:
    try:
        return app.carrier(label.carrier).describes.separator
    except CarrierRefused:  # this installation cannot speak with it any more: its labels are listed all the same
        return ""


def _is_told(app: Application, label: Label) -> bool:
    try:
        return app.carrier(label.carrier).describes.can(CarrierCapability.MANIFESTS)
    except CarrierRefused:
        return False
