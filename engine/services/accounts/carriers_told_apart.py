"""Which account with a carrier something was done with, in words: several accounts of one carrier can stand beside each other."""

from __future__ import annotations

from collections.abc import Sequence

from engine.application import Application
from engine.model.manifest import Manifest
from engine.model.pickup import Pickup


def told_apart(app: Application, made: Sequence[Manifest] | Sequence[Pickup]) -> dict[str, str]:
    """What people call the carrier of each, by its id: with the nickname of the carrier account where that has one."""
    accounts = {}
    with app.reading() as uow:
        for one in made:
            if one.carrier_account_id not in accounts:
                accounts[one.carrier_account_id] = uow.carrier_accounts.get(one.owner_id, one.carrier_account_id)
    return {one.id: accounts[one.carrier_account_id].told_apart(one.name) for one in made}
