"""The shipping methods of Casa Verde's store as services of its carriers, and the services as its methods again.

*International Air* is left as the store names it: the demo's rules show what becomes of a service that nobody has.
"""

from __future__ import annotations

from engine.application import Application
from engine.model.store import Store
from engine.services.accounts.people import OPERATOR
from engine.services.defaults.shipping_methods import map_method
from engine.services.stores.change_store import StoreChanges, update_store

METHODS = (  # the store's code and name, and what it is sent with
    (5, "Courier Next Day", "correos", "paq-premium"),
    (6, "Standard Parcel", "correos", "paq-estandar"),
    (7, "Europe Road", "dhl", "parcel-connect"),
)


def map_methods(app: Application, store: Store) -> None:
    """Have orders sent as their method says where no rule says otherwise, and the store told the method of what has left."""
    for code, name, carrier, service in METHODS:
        cells = {"store": store.id, "method": name, "code": str(code), "carrier": carrier, "service": service}
        map_method(app, store.account_id, cells)
    told = "\n".join(f"{carrier} {service}: {code}" for code, _, carrier, service in METHODS)
    update_store(app, store.account_id, store.id, StoreChanges(settings={"service_methods": told}), OPERATOR)
