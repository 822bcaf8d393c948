"""Returns: parcels that customers send back, which are not shipments at Sendcloud and have ids of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from adapters.carriers.sendcloud.addresses import address_of, check_way_back
from adapters.carriers.sendcloud.description import NAME
from adapters.carriers.sendcloud.outcomes import CANCELLED, status_code
from adapters.carriers.sendcloud.parcels import check_parcels, parcels_of
from adapters.carriers.sendcloud.refusals import refused
from adapters.carriers.sendcloud.settings import SendcloudSettings
from engine.model.customs_border import crosses_customs_border
from engine.model.label import LabelRequest
from engine.model.money import Money
from engine.model.sentence import full_sentence
from engine.model.tracking_numbers import clean_number
from engine.ports.carriers import CarrierUnavailable
from rules.messages import Message, Text
from rules.visible import harmless_line

ONE_PARCEL = Text(
    "A return at Sendcloud is one parcel here: make a return label for each of the {count} parcels.",
    "Una devolución en Sendcloud es aquí un solo bulto: haz una etiqueta de devolución para cada uno de los {count} bultos.",
)
NO_CUSTOMS = Text(
    "Returns across a customs border cannot be told to Sendcloud here: make this one in your account with it.",
    "Aquí no se pueden pedir a Sendcloud devoluciones a través de una frontera aduanera: hazla en tu cuenta.",
)
STILL_ANNOUNCING = Text(
    "{carrier} is still announcing the return to the carrier.", "{carrier} aún está anunciando la devolución a la empresa."
)
NOT_ANNOUNCED = Text(
    'The carrier did not take the return: "{words}" Set `return_option` of the carrier account to a shipping option for returns.',
    "La empresa de transporte no aceptó la devolución: «{words}» Pon en `return_option` de la cuenta de transporte una opción de "
    "envío para devoluciones.",
)
CANCELLED_THERE = Text(
    "The return was cancelled in your account with {carrier}.", "La devolución se canceló en tu cuenta de {carrier}."
)
NO_ID = Text(
    "{carrier} does not say under which number it has the return: cancel it in your account with it.",
    "{carrier} no dice con qué número tiene la devolución: cancélala en tu cuenta.",
)
UNREADABLE = Text(
    "{carrier} answers without a return that can be read.", "{carrier} responde sin una devolución que se pueda leer."
)
LOOKED_BACK: Final = timedelta(days=7)  # a purchase is looked up for three days
PAGE: Final = "40"
MOST_PAGES: Final = 25
_OURS: Final = re.compile(r"R(\d{1,12})-(\d{1,12})")
_PARCEL: Final = re.compile(r"/parcels/(\d{1,12})/")
_TIME: Final = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True, slots=True)
class SentReturn:
    """A return as Sendcloud has it; ids are 0 where it does not say them."""

    id: int
    parcel_id: int
    number: str
    status: str
    cost: Money | None
    words: str = ""  # what Sendcloud says went wrong

    @property
    def carrier_id(self) -> str:
        """As a label keeps it."""
        return f"R{self.id}-{self.parcel_id}"

    @property
    def is_cancelled(self) -> bool:
        return self.status in CANCELLED


def check_return(request: LabelRequest) -> None:
    """Raises CarrierRefused with what is missing, or what cannot be done here."""
    check_way_back(request.ship_from, request.ship_to)
    check_parcels(request)
    if len(request.parcels) > 1:
        raise refused("one_parcel", ONE_PARCEL, count=len(request.parcels))
    if crosses_customs_border(request.ship_from, request.ship_to):
        raise refused("return_customs", NO_CUSTOMS)


def return_request(request: LabelRequest, settings: SendcloudSettings) -> dict[str, Any]:
    """The return that is created and announced to the carrier at once. Its reference makes it one, however often it is sent."""
    [parcel] = parcels_of(request)
    chosen: dict[str, Any] = {
        "type": "shipping_option_code",
        "shipping_option_code": settings.return_option or request.service,
    }
    if settings.contract_id is not None:
        chosen["contract"] = settings.contract_id
    body: dict[str, Any] = {
        "from_address": address_of(request.ship_from),
        "to_address": address_of(request.ship_to),
        "ship_with": chosen,
        "weight": _numbers(parcel["weight"]),
        "external_reference": request.reference,
        "order_number": named(request),
    }
    if "dimensions" in parcel:
        body["dimensions"] = _numbers(parcel["dimensions"])
    return body


def named(request: LabelRequest) -> str:
    """The order's number with the return's own reference: by it the return is found again, since lists have no references."""
    return f"{request.order_number} {request.reference}".strip()


def ids_of(answer: Mapping[str, Any]) -> tuple[int, int]:
    """Of the return and its parcel. Raises CarrierUnavailable where the answer does not say them."""
    found = (answer.get("return_id"), answer.get("parcel_id"))
    if not all(isinstance(one, int) and not isinstance(one, bool) for one in found):
        raise _unreadable()
    return int(str(found[0])), int(str(found[1]))


def kept_ids(carrier_id: str) -> tuple[int, int]:
    """Of what a label keeps. Raises CarrierRefused where Sendcloud has never said the return's."""
    match = _OURS.fullmatch(carrier_id)
    if match is None or match[1] == "0":
        raise refused("no_return_id", NO_ID, carrier=NAME)
    return int(match[1]), int(match[2])


def parcel_of(carrier_id: str) -> int:
    """The parcel that a label of a return is for."""
    match = _OURS.fullmatch(carrier_id)
    return 0 if match is None else int(match[2])


def list_query(now: datetime, cursor: str = "") -> dict[str, str]:
    """The question for a page of the returns of the last days."""
    days = {"from_date": (now - LOOKED_BACK).strftime(_TIME), "to_date": (now + timedelta(days=1)).strftime(_TIME)}
    return {**days, "page_size": PAGE, **({"cursor": cursor} if cursor else {})}


def find_return(data: Mapping[str, Any], request: LabelRequest) -> SentReturn | None:
    """The return of a request among those of a page. Raises CarrierUnavailable for what is not a page."""
    listed = data.get("data")
    if not isinstance(listed, list):
        raise _unreadable()
    ours = [one for one in listed if isinstance(one, Mapping) and one.get("order_number") == named(request)]
    return parse_return(ours[0]) if ours else None


def next_cursor(data: Mapping[str, Any]) -> str:
    """Where the next page begins; empty on the last one."""
    return parse_qs(urlsplit(str(data.get("next") or "")).query).get("cursor", [""])[0]


def parse_return(data: Mapping[str, Any], return_id: int = 0, parcel_id: int = 0) -> SentReturn:
    """A return as it is described, with ids that are known already."""
    history = data.get("status_history")
    last = history[-1] if isinstance(history, list) and history and isinstance(history[-1], Mapping) else {}
    said = data.get("id")
    link = _PARCEL.search(str(data.get("label_url") or ""))
    return SentReturn(
        id=return_id or (said if isinstance(said, int) and not isinstance(said, bool) else 0),
        parcel_id=parcel_id or (int(link[1]) if link else 0),
        number=clean_number(str(data.get("tracking_number") or "")),
        status=status_code(last.get("parent_status")),
        cost=_money(data.get("label_cost")),
        words=_words(data.get("errors")),
    )


def check_announced(sent: SentReturn) -> None:
    """Raises CarrierUnavailable while it is not known how it ends, CarrierRefused where nothing was bought."""
    if sent.is_cancelled:
        raise refused("cancelled_there", CANCELLED_THERE, carrier=NAME)
    if sent.status == "ANNOUNCEMENT_FAILED":
        raise refused("return_not_announced", NOT_ANNOUNCED, words=full_sentence(sent.words) or "–")
    if not sent.number:
        raise CarrierUnavailable(Message("still_announcing", STILL_ANNOUNCING, {"carrier": NAME}))


def _numbers(said: Mapping[str, Any]) -> dict[str, Any]:
    """Returns take numbers where shipments take texts."""
    return {name: value if name == "unit" else Decimal(str(value)) for name, value in said.items() if name != "unit"} | {
        "unit": said["unit"]
    }


def _money(data: Any) -> Money | None:
    try:
        amount = Decimal(str(data["value"])) if isinstance(data, Mapping) else Decimal("NaN")
        return Money(amount, str(data["currency"])) if amount.is_finite() and amount >= 0 else None
    except (InvalidOperation, KeyError, ValueError):
        return None


def _words(errors: Any) -> str:
    found = [one for one in (errors if isinstance(errors, list) else []) if isinstance(one, Mapping)]
    return harmless_line("; ".join(str(one.get("detail") or one.get("message") or "") for one in found))[:300]


def _unreadable() -> CarrierUnavailable:
    return CarrierUnavailable(Message("unreadable_answer", UNREADABLE, {"carrier": NAME}))
