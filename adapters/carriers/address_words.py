"""What carriers say of addresses that lack what no parcel can do without."""

from __future__ import annotations

from rules.messages import Text

NO_COUNTRY_FROM = Text(
    "The address that the parcel leaves from has no country: complete the ship-from location.",
    "La dirección de salida no tiene país: completa la ubicación de envío.",
)
NOBODY = Text(
    "The ship-to address has neither a name nor a company: add one.",
    "La dirección de destino no tiene ni nombre ni empresa: añade uno.",
)
NOWHERE = Text(
    "The ship-to address has neither a city nor a postal code: add one.",
    "La dirección de destino no tiene ni ciudad ni código postal: añade uno.",
)
NO_COUNTRY_BACK = Text(
    "The location that the return comes back to has no country: complete the ship-from location.",
    "La ubicación a la que vuelve la devolución no tiene país: completa la ubicación de envío.",
)
NOBODY_BACK = Text(
    "The location that the return comes back to has neither a name nor a company: complete the ship-from location.",
    "La ubicación a la que vuelve la devolución no tiene ni nombre ni empresa: completa la ubicación de envío.",
)
NOWHERE_BACK = Text(
    "The location that the return comes back to has neither a city nor a postal code: complete the ship-from location.",
    "La ubicación a la que vuelve la devolución no tiene ni ciudad ni código postal: completa la ubicación de envío.",
)
