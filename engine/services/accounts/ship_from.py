"""Whether accounts say where their parcels leave."""

from __future__ import annotations

from engine.application import Application
from engine.model.account import Account
from rules.messages import Text

NO_LOCATION = Text(
    "Your account has no ship-from location yet: add one, since parcels need an address to come from or go back to.",
    "Tu cuenta aún no tiene ninguna ubicación de envío: añade una, ya que los envíos necesitan una dirección de origen.",
)


def has_ship_from(app: Application, account_id: str) -> bool:
    """Whether an account has a ship-from location."""
    with app.reading() as uow:
        return bool(uow.locations.list_for(account_id))


def accounts_without_ship_from(app: Application) -> list[Account]:
    """The open accounts of the installation that have none."""
    with app.reading() as uow:
        accounts = [account for account in uow.accounts.list_all() if account.closed_at is None]
        return [account for account in accounts if not uow.locations.list_for(account.id)]
