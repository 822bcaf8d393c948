"""Carriers by the names that people and other systems give them: what buyers know them as, and where a parcel can be followed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class KnownCarrier:
    """`link` has the tracking number in the place of `{}`."""

    name: str
    link: str


_CORREOS = KnownCarrier("Correos", "https://www.correos.es/es/es/herramientas/localizador/envios/detalle?tracking-number={}")
_DHL = KnownCarrier("DHL", "https://www.dhl.com/global-en/home/tracking.html?tracking-id={}")
_DPD = KnownCarrier("DPD", "https://tracking.dpd.de/status/en_US/parcel/{}")
_LA_POSTE = KnownCarrier("La Poste", "https://www.laposte.fr/outils/suivre-vos-envois?code={}")

# By their names without blanks, signs and capitals.
_CARRIERS: Mapping[str, KnownCarrier] = MappingProxyType(
    {
        "canadapost": KnownCarrier(
            "Canada Post", "https://www.canadapost-postescanada.ca/track-reperage/en#/search?searchFor={}"
        ),
        "chronopost": KnownCarrier("Chronopost", "https://www.chronopost.fr/tracking-no-cms/suivi-page?listeNumerosLT={}"),
        "colissimo": _LA_POSTE,
        "correos": _CORREOS,
        "correosexpress": KnownCarrier("Correos Express", "https://s.correosexpress.com/c?n={}"),
        "dhl": _DHL,
        "dhlexpress": KnownCarrier("DHL Express", _DHL.link),
        "dhlparcel": KnownCarrier("DHL Parcel", _DHL.link),
        "dpd": _DPD,
        "dpduk": KnownCarrier("DPD", "https://track.dpd.co.uk/parcels/{}"),
        "evri": KnownCarrier("Evri", "https://www.evri.com/track/parcel/{}"),
        "fedex": KnownCarrier("FedEx", "https://www.fedex.com/fedextrack/?trknbr={}"),
        "gls": KnownCarrier("GLS", "https://gls-group.com/track/{}"),
        "laposte": _LA_POSTE,
        "royalmail": KnownCarrier("Royal Mail", "https://www.royalmail.com/track-your-item#/tracking-results/{}"),
        "seur": KnownCarrier("SEUR", "https://www.seur.com/livetracking/?segOnlineIdentificador={}"),
        "tnt": KnownCarrier("TNT", "https://www.tnt.com/express/en_gb/site/tracking.html?searchType=con&cons={}"),
        "ups": KnownCarrier("UPS", "https://www.ups.com/track?tracknum={}"),
        "usps": KnownCarrier("USPS", "https://tools.usps.com/go/TrackConfirmAction?tLabels={}"),
    }
)
_SIGNS = re.compile(r"[\W_]+")
_SEPARATOR = ":"  # in services of those who sell labels of several carriers


def find_carrier(carrier: str, service: str) -> KnownCarrier | None:
    """The carrier of a shipment; of what was bought from a reseller, the one that its service names (`USPS:Priority`)."""
    names = [carrier, *(service.split(_SEPARATOR)[:1] if _SEPARATOR in service else ())]
    return next((known for name in names if (known := _CARRIERS.get(_SIGNS.sub("", name).casefold())) is not None), None)


def tracking_link(carrier: str, service: str, number: str) -> str | None:
    """Where the parcel can be followed; None with a carrier that is not known."""
    known = find_carrier(carrier, service)
    return None if known is None else known.link.format(quote(number, safe=""))
