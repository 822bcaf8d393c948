"""Print stations of an account: adding one, finding it, removing it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.application import NO_PRINTER, Application
from engine.model.account import Account
from engine.model.audit import AuditEntry
from engine.model.ids import new_id
from engine.model.label import DocumentKind
from engine.model.print_station import PrintSetting, PrintStation
from engine.ports import UnitOfWork
from engine.services.refusals import Refused
from rules.messages import Text

LONGEST_NAME = 60
MOST_STATIONS = 200

NO_NAME = Text(
    "A print station needs a name, such as Packing table 1.",
    "Una estación de impresión necesita un nombre, como Mesa de embalaje 1.",
)
NAME_TOO_LONG = Text(
    "The name is longer than {most} characters: shorten it.", "El nombre tiene más de {most} caracteres: acórtalo."
)
NAME_TAKEN = Text(
    'There is a print station "{name}" already: give this one another name, or remove that one first.',
    'Ya existe una estación de impresión "{name}": pon otro nombre a esta o elimina antes la otra.',
)
TOO_MANY = Text(
    "The account has {most} print stations, which is the most: remove one first.",
    "La cuenta tiene {most} estaciones de impresión, el máximo: elimina una antes.",
)
NO_LOCATION = Text(
    'The account has no location "{code}": add it first, or leave the location out.',
    'La cuenta no tiene ninguna ubicación "{code}": añádela antes o deja la ubicación vacía.',
)
NO_STATION = Text(
    'The account has no print station "{name}": `stations list` shows those it has.',
    'La cuenta no tiene ninguna estación de impresión "{name}": `stations list` muestra las que hay.',
)


@dataclass(frozen=True, slots=True)
class StationForm:
    """What a person says of a new station; `location` is a location's code."""

    name: str
    location: str = ""
    documents: Mapping[DocumentKind, PrintSetting] = field(default_factory=dict)


def add_station(app: Application, account: Account, form: StationForm, actor: str) -> PrintStation:
    """A new print station. Raises Refused, with a code that names the field: name, location or printer."""
    name = " ".join(form.name.split())
    if not name:
        raise Refused("no_name", NO_NAME)
    if len(name) > LONGEST_NAME:
        raise Refused("bad_name", NAME_TOO_LONG, most=LONGEST_NAME)
    known = app.printers.addresses(account.slug)
    for setting in form.documents.values():
        if setting.printer and setting.printer not in known:
            raise Refused("no_printer", NO_PRINTER, printer=setting.printer)
    now = app.clock.now()
    with app.unit_of_work() as uow:
        uow.accounts.get(account.id, for_change=True)  # two people do not take the same name
        stations = uow.print_stations.list_for(account.id)
        if any(one.name.casefold() == name.casefold() for one in stations):
            raise Refused("name_taken", NAME_TAKEN, name=name)
        if len(stations) >= MOST_STATIONS:
            raise Refused("too_many", TOO_MANY, most=MOST_STATIONS)
        location_id = _find_location(uow, account.id, form.location) if form.location else None
        station = PrintStation(new_id("pst"), account.id, name, now, location_id, form.documents)
        uow.print_stations.add(station)
        uow.audit.append([AuditEntry(account.id, now, actor, "print_station.added", station.id, None, {"name": name})])
        uow.commit()
    return station


def _find_location(uow: UnitOfWork, account_id: str, code: str) -> str:
    wanted = code.strip().lower()
    found = next((one for one in uow.locations.list_for(account_id) if one.code.lower() == wanted), None)
    if found is None:
        raise Refused("no_location", NO_LOCATION, code=code)
    return found.id


def list_stations(app: Application, account_id: str) -> list[PrintStation]:
    """Those of an account, by name."""
    with app.reading() as uow:
        return uow.print_stations.list_for(account_id)


def find_station(app: Application, account_id: str, named: str) -> PrintStation:
    """The station of a name or an id. Raises Refused."""
    wanted = " ".join(named.split()).casefold()
    for one in list_stations(app, account_id):
        if wanted in (one.name.casefold(), one.id):
            return one
    raise Refused("no_station", NO_STATION, name=named)


def remove_station(app: Application, account_id: str, named: str, actor: str) -> PrintStation:
    """Remove the station of a name or an id; browsers that use it print by themselves again. Raises Refused."""
    station = find_station(app, account_id, named)
    with app.unit_of_work() as uow:
        uow.print_stations.remove(account_id, station.id)
        entry = AuditEntry(account_id, app.clock.now(), actor, "print_station.removed", station.id, {"name": station.name}, None)
        uow.audit.append([entry])
        uow.commit()
    return station
