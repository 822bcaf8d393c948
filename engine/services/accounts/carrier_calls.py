"""How a carrier is told where to call when a parcel moves, and what it signs its calls with."""

from __future__ import annotations

from dataclasses import dataclass

from engine.application import Application
from engine.model.account import Account, CarrierAccount
from engine.model.audit import AuditEntry
from engine.model.carrier import CALLS_SIGNED_WITH, CarrierCapability
from engine.ports import NotFound, SecretsUnreadable, UnitOfWork
from engine.services.accounts.carrier_sharing import NO_CARRIER_ACCOUNT
from engine.services.kept_credentials import readable
from engine.services.refusals import Refused
from rules.messages import Text

LONGEST_SECRET = 500

NO_CALLS = Text(
    "{carrier} does not call when a parcel moves: it is asked from time to time instead.",
    "{carrier} no llama cuando un paquete avanza: en su lugar se le pregunta cada cierto tiempo.",
)
LONG_SECRET = Text("The secret has at most {limit} characters.", "La clave tiene como máximo {limit} caracteres.")


@dataclass(frozen=True, slots=True)
class CarrierCalls:
    """`url` is what is entered at the carrier; `has_secret`: whether one was entered here for its calls."""

    url: str
    has_secret: bool


def find_calls(app: Application, account: Account, carrier_account_id: str) -> CarrierCalls:
    """Raises Refused for an unknown carrier account, and for a carrier that does not call."""
    with app.reading() as uow:
        return _calls(app, _get(app, uow, account, carrier_account_id))


def set_calls_secret(app: Application, account: Account, carrier_account_id: str, secret: str, actor: str) -> CarrierCalls:
    """Have the carrier's calls proved by a secret from now on; an empty one takes the last one away. Raises Refused."""
    secret = secret.strip()
    if len(secret) > LONGEST_SECRET:
        raise Refused("long_secret", LONG_SECRET, limit=LONGEST_SECRET)
    with app.unit_of_work() as uow:
        found = _get(app, uow, account, carrier_account_id)
        try:
            credentials = {name: value for name, value in found.credentials.items() if name != CALLS_SIGNED_WITH}
        except SecretsUnreadable as error:  # the secret must not stand where the carrier's own credentials are missing
            raise Refused("secret_unreadable", error.message.text) from None
        if secret:
            credentials[CALLS_SIGNED_WITH] = secret
        uow.carrier_accounts.set_credentials(account.id, found.id, credentials)
        after = {"has_secret": bool(secret)}
        entry = AuditEntry(account.id, app.clock.now(), actor, "carrier_account.calls_set", found.id, None, after)
        uow.audit.append([entry])
        uow.commit()
    return find_calls(app, account, carrier_account_id)


def _get(app: Application, uow: UnitOfWork, account: Account, carrier_account_id: str) -> CarrierAccount:
    try:
        found = uow.carrier_accounts.get(account.id, carrier_account_id)
    except NotFound:
        raise Refused("no_carrier_account", NO_CARRIER_ACCOUNT, id=carrier_account_id) from None
    carrier = app.carriers.get(found.carrier)
    if carrier is None or not carrier.describes.can(CarrierCapability.CALLS):
        raise Refused("no_calls", NO_CALLS, carrier=found.carrier if carrier is None else carrier.describes.name)
    return found


def _calls(app: Application, found: CarrierAccount) -> CarrierCalls:
    url = f"{app.base_url}/api/carriers/{found.id}/events"
    return CarrierCalls(url, bool(readable(found.credentials).get(CALLS_SIGNED_WITH)))
