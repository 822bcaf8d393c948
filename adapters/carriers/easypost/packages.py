"""The packages of carriers that have a name at EasyPost."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.carriers.easypost.services import carrier_of
from rules.values import folded_text

# Beginnings of carriers' names (USPS; UPS, UPSDAP; FedEx, FedExDefault), with the packages that they call so.
_PACKAGES = {
    "usps": (
        *("Card", "Letter", "Flat", "SoftPack", "SmallFlatRateEnvelope", "FlatRateEnvelope", "FlatRateLegalEnvelope"),
        *("FlatRatePaddedEnvelope", "FlatRateGiftCardEnvelope", "FlatRateWindowEnvelope", "FlatRateCardboardEnvelope"),
        *("SmallFlatRateBox", "MediumFlatRateBox", "LargeFlatRateBox", "LargeFlatRateBoxAPOFPO"),
    ),
    "ups": (
        *("UPSLetter", "UPSExpressBox", "UPS25kgBox", "UPS10kgBox", "Tube", "Pak"),
        *("SmallExpressBox", "MediumExpressBox", "LargeExpressBox"),
    ),
    "fedex": (
        *("FedExEnvelope", "FedExBox", "FedExPak", "FedExTube", "FedEx10kgBox", "FedEx25kgBox"),
        *("FedExSmallBox", "FedExMediumBox", "FedExLargeBox", "FedExExtraLargeBox"),
    ),
}


def predefined_package(package: str, services: Sequence[str]) -> str | None:
    """EasyPost's name of a package that belongs to the carrier of one of the services; None for boxes of one's own."""
    wanted = folded_text(package).replace(" ", "").replace("_", "")
    for service in services:
        carrier = folded_text(carrier_of(service))
        for beginning, names in _PACKAGES.items():
            if carrier.startswith(beginning):
                found = next((name for name in names if name.casefold() == wanted), None)
                if found is not None:
                    return found
    return None
