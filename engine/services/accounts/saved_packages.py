"""An account's packages: kept under a name, one of them taken where an order names none."""

from __future__ import annotations

from dataclasses import replace

from engine.application import Application
from engine.model.audit import AuditEntry
from engine.model.ids import new_id
from engine.model.label import ParcelToShip
from engine.model.saved_package import SavedPackage, find_package
from engine.services.accounts.people import OPERATOR
from engine.services.labels.label_request import HEAVIEST_G, LONGEST_MM, check_parcel
from engine.services.refusals import Refused
from rules.messages import Text

LONGEST_NAME = 60
MOST_PACKAGES = 200

BAD_NAME = Text(
    "A package needs a name of 1 to {longest} characters, as rules write it.",
    "Un embalaje necesita un nombre de 1 a {longest} caracteres, como lo escriben las reglas.",
)
NAME_TAKEN = Text(
    'There is a package "{name}" already: choose another name, or remove that one first.',
    'Ya existe un embalaje "{name}": elige otro nombre o elimina antes ese.',
)
BAD_SIZE = Text(
    "The sides of a package are from 1 to {longest} mm, all three or none.",
    "Los lados de un embalaje miden de 1 a {longest} mm, los tres o ninguno.",
)
BAD_TARE = Text(
    "An empty package weighs from 0 to {heaviest} g.",
    "Un embalaje vacío pesa de 0 a {heaviest} g.",
)
TOO_MANY = Text(
    "An account keeps at most {limit} packages: remove some that are no longer used.",
    "Una cuenta guarda como máximo {limit} embalajes: elimina los que ya no se usen.",
)
NO_PACKAGE = Text(
    'There is no package "{package}": `packages list` shows them.',
    'No existe el embalaje "{package}": `packages list` los muestra.',
)


def add_package(app: Application, package: SavedPackage, actor: str = OPERATOR) -> SavedPackage:
    """Keep a package, whose id is given out here; a default one takes the place of another. Raises Refused."""
    package = replace(package, id=new_id("pkg"), name=" ".join(package.name.split()))
    _check(package)
    with app.unit_of_work() as uow:
        uow.accounts.get(package.account_id, for_change=True)  # nobody adds the same name meanwhile
        known = uow.packages.list_for(package.account_id)
        if find_package(known, package.name) is not None:
            raise Refused("name_taken", NAME_TAKEN, name=package.name)
        if len(known) >= MOST_PACKAGES:
            raise Refused("too_many_packages", TOO_MANY, limit=MOST_PACKAGES)
        uow.packages.add(package)
        if package.is_default:
            uow.packages.set_default(package.account_id, package.id)
        uow.audit.append(
            [AuditEntry(package.account_id, app.clock.now(), actor, "package.added", package.id, None, package.name)]
        )
        uow.commit()
    return package


def list_packages(app: Application, account_id: str) -> list[SavedPackage]:
    """By name."""
    with app.reading() as uow:
        return uow.packages.list_for(account_id)


def set_default_package(app: Application, account_id: str, package_id: str | None, actor: str = OPERATOR) -> None:
    """The package that is taken where an order names none; None: no package is. Raises Refused."""
    with app.unit_of_work() as uow:
        uow.accounts.get(account_id, for_change=True)
        if package_id is not None and all(one.id != package_id for one in uow.packages.list_for(account_id)):
            raise Refused("no_package", NO_PACKAGE, package=package_id)
        uow.packages.set_default(account_id, package_id)
        uow.audit.append([AuditEntry(account_id, app.clock.now(), actor, "package.default_set", account_id, None, package_id)])
        uow.commit()


def remove_package(app: Application, account_id: str, package_id: str, actor: str = OPERATOR) -> SavedPackage:
    """Forget a package; orders that name it keep the name. Raises Refused."""
    with app.unit_of_work() as uow:
        package = next((one for one in uow.packages.list_for(account_id) if one.id == package_id), None)
        if package is None:
            raise Refused("no_package", NO_PACKAGE, package=package_id)
        uow.packages.remove(account_id, package_id)
        uow.audit.append([AuditEntry(account_id, app.clock.now(), actor, "package.removed", package_id, package.name)])
        uow.commit()
    return package


def _check(package: SavedPackage) -> None:
    if not 1 <= len(package.name) <= LONGEST_NAME:
        raise Refused("bad_name", BAD_NAME, longest=LONGEST_NAME)
    if not 0 <= package.tare_g <= HEAVIEST_G:
        raise Refused("bad_tare", BAD_TARE, heaviest=HEAVIEST_G)
    try:
        check_parcel(ParcelToShip(1, *package.sides))
    except Refused:
        raise Refused("bad_size", BAD_SIZE, longest=LONGEST_MM) from None
