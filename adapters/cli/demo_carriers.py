"""The carriers that the demo's two sides ship with: names of well-known ones, and vans of Acme 3PL that labels are made for."""

from __future__ import annotations

from engine.application import Application
from engine.services.accounts.accounts import add_location
from engine.services.accounts.carrier_accounts import CarrierAccountForm, add_carrier_account

CONTRACTS = (("correos", ("paq-premium", "paq-estandar")), ("dhl", ("parcel-connect",)))
VAN_SERVICES = ("van-24h", "van-eco")
VAN_RATES = """
currency: EUR
zones:
  peninsula:
    - country: ES
      except: [07*, 35*, 38*, 51*, 52*]
    - country: PT
      except: [9*]
  balearics:
    - country: ES
      postal_codes: [07000-07999]
  europe: [AT, BE, CH, DE, DK, FR, GB, IE, IT, LU, NL, SE]
services:
  van-24h:
    label: Van 24 h
    days: 1
    zones:
      peninsula:
        - {up_to_g: 2000, price: 4.10}
        - {up_to_g: 10000, price: 6.20}
        - each_further_kg: 0.45
      europe:
        - {up_to_g: 2000, price: 13.90}
        - {up_to_g: 10000, price: 19.50}
  van-eco:
    label: Van eco
    days: 3
    zones:
      peninsula:
        - {up_to_g: 5000, price: 3.20}
        - {up_to_g: 20000, price: 5.90}
      balearics:
        - {up_to_g: 5000, price: 7.40}
        - {up_to_g: 20000, price: 11.80}
      europe:
        - {up_to_g: 5000, price: 11.20}
        - {up_to_g: 20000, price: 22.40}
"""


def add_carriers(app: Application) -> None:
    """The merchant's contracts, which its 3PL may ship with, and the 3PL's own vans with the place that they start from."""
    for carrier, services in CONTRACTS:
        add_carrier_account(app, "casa-verde", CarrierAccountForm(carrier, services, ("acme-3pl",)))
    address = {"street1": "Carrer dels Traginers 8", "city": "Valencia", "postal_code": "46014"}
    add_location(app, "acme-3pl", code="nave-1", country="ES", name="Nave 1", **address)
    settings = {"rate_sheet": VAN_RATES, "number_prefix": "ACME"}
    vans = CarrierAccountForm("house", VAN_SERVICES, nickname="Acme vans", settings=settings, is_default=True)
    add_carrier_account(app, "acme-3pl", vans)
