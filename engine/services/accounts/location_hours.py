"""When a location ships: entered, checked, and what it means for what comes in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from engine.application import Application
from engine.model.account import Location
from engine.model.audit import AuditEntry
from engine.model.shipping_hours import USUAL_HOURS, WEEKDAYS, ShippingHours
from engine.ports import UnitOfWork
from engine.services.accounts.accounts import check_zone
from engine.services.accounts.acting import find_account
from engine.services.refusals import Refused
from engine.services.stores.connect_store import is_time_of_day
from rules.messages import Text

BAD_CUT_OFF = Text(
    '"{value}" is not a cut-off: write hours and minutes, such as 14:00.',
    '"{value}" no es una hora límite: escribe horas y minutos, como 14:00.',
)
BAD_DAY = Text(
    '"{value}" is not a working day: write some of {known}.', '"{value}" no es un día laborable: escribe alguno de {known}.'
)
BAD_HOLIDAY = Text('"{value}" is not a day: write it as 2026-12-25.', '"{value}" no es un día: escríbelo como 2026-12-25.')
NO_LOCATION = Text('The account has no location "{code}".', 'La cuenta no tiene ninguna ubicación "{code}".')


@dataclass(frozen=True, slots=True)
class HoursForm:
    """What is to change; None leaves it as it is. An empty time zone is the account's."""

    cut_off: str | None = None
    working_days: Sequence[str] | None = None
    holidays: Sequence[str] | None = None
    time_zone: str | None = None

    def apply(self, hours: ShippingHours) -> ShippingHours:
        """Raises Refused."""
        if self.cut_off is not None and not is_time_of_day(self.cut_off):
            raise Refused("bad_cut_off", BAD_CUT_OFF, value=self.cut_off)
        for day in self.working_days or ():
            if day not in WEEKDAYS:
                raise Refused("bad_day", BAD_DAY, value=day, known=", ".join(WEEKDAYS))
        return ShippingHours(
            hours.cut_off if self.cut_off is None else ":".join(f"{int(part):02}" for part in self.cut_off.split(":")),
            hours.working_days if self.working_days is None else tuple(day for day in WEEKDAYS if day in self.working_days),
            hours.holidays if self.holidays is None else tuple(sorted(set(map(_read_day, self.holidays)))),
            hours.time_zone if self.time_zone is None else check_zone(self.time_zone) if self.time_zone else None,
        )


def set_hours(app: Application, slug: str, code: str, form: HoursForm, actor: str = "operator") -> Location:
    """The location with other hours; they count for what is asked for from now on. Raises Refused."""
    with app.unit_of_work() as uow:
        account = find_account(uow, slug)
        location = keep_hours(uow, find_location(uow, account.id, code), form, app.clock.now(), actor)
        uow.commit()
    return location


def find_location(uow: UnitOfWork, account_id: str, code: str) -> Location:
    """The account's location of a code, in whichever case. Raises Refused."""
    found = next((one for one in uow.locations.list_for(account_id) if one.code.lower() == code.strip().lower()), None)
    if found is None:
        raise Refused("no_location", NO_LOCATION, code=code)
    return found


def keep_hours(uow: UnitOfWork, found: Location, form: HoursForm, now: datetime, actor: str) -> Location:
    """The same as `set_hours` within a transaction. Raises Refused."""
    hours = form.apply(found.hours)
    uow.locations.set_hours(found.account_id, found.id, hours)
    before, after = found.hours.to_data(), hours.to_data()
    uow.audit.append([AuditEntry(found.account_id, now, actor, "location.hours_set", found.id, before, after)])
    return replace(found, hours=hours)


def fulfil_by(uow: UnitOfWork, provider_id: str, received: datetime) -> datetime | None:
    """Until when a provider has to ship what it gets at a moment: by the hours of its first location."""
    hours = _own_hours(uow, provider_id) or USUAL_HOURS
    return hours.fulfil_by(received, _zone_of(uow, provider_id, hours))


def next_cut_off(uow: UnitOfWork, provider_id: str, received: datetime) -> datetime | None:
    """The next cut-off of a provider's first location; None without a location, and where no day is a working day."""
    hours = _own_hours(uow, provider_id)
    return None if hours is None else hours.next_cut_off(received, _zone_of(uow, provider_id, hours))


def _own_hours(uow: UnitOfWork, provider_id: str) -> ShippingHours | None:
    locations = uow.locations.list_for(provider_id)
    return locations[0].hours if locations else None


def _zone_of(uow: UnitOfWork, provider_id: str, hours: ShippingHours) -> ZoneInfo:
    return ZoneInfo(hours.time_zone or uow.accounts.get(provider_id).time_zone)


def _read_day(holiday: str) -> str:
    """The day as it is compared, however it was written. Raises Refused."""
    try:
        return date.fromisoformat(holiday).isoformat()
    except ValueError:
        raise Refused("bad_holiday", BAD_HOLIDAY, value=holiday) from None
