"""The shipments of the stand-in, and what becomes of them."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from copy import deepcopy
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from .options import EasyPostOptions
from .problems import Problem, missing, not_found
from .rating import CARRIER_ACCOUNTS, needs_customs, rates_of
from .shapes import address_of, customs_of, parcel_of, tracker_of, tracking_detail

Json = dict[str, Any]

MEDIA_TYPES: Final = {"PDF": "application/pdf", "PNG": "image/png", "ZPL": "application/zpl"}
_NOT_SCANNED: Final = ("unknown", "pre_transit")
_INSURANCE_SHARE: Final = Decimal("0.01")
_MOST_INSURED: Final = Decimal(5000)


class ShipmentBook:
    """Shipments by id, each bought at most once. What it gives are copies. Safe to share between threads."""

    def __init__(self, now: Callable[[], datetime], options: Callable[[], EasyPostOptions], files_url: Callable[[], str]) -> None:
        self._now, self._options, self._files_url = now, options, files_url
        self._shipments: dict[str, Json] = {}
        self._ids = 0
        self._lock = threading.RLock()
        self.purchases: list[str] = []  # ids of shipments, one for each label that was paid

    def create(self, body: Any, mode: str) -> Json:
        """A shipment with its rates. Raises Problem."""
        given = body.get("shipment") if isinstance(body, dict) else None
        if not isinstance(given, dict) or not given:
            raise missing("shipment")
        sides = ("to_address", "from_address") if given.get("is_return") else ("from_address", "to_address")
        with self._lock:
            stamp = {"mode": mode, "created_at": self._stamp(), "updated_at": self._stamp()}
            shipment: Json = {
                "id": self._new_id("shp_"),
                "object": "Shipment",
                **stamp,
                "is_return": bool(given.get("is_return")),
                "reference": given.get("reference"),
                "status": "unknown",
                "tracking_code": None,
                "from_address": address_of(given.get(sides[0]), sides[0], self._new_id, stamp),
                "to_address": address_of(given.get(sides[1]), sides[1], self._new_id, stamp),
                "parcel": parcel_of(given.get("parcel"), self._new_id, stamp),
                "customs_info": customs_of(given.get("customs_info"), self._new_id, stamp),
                "tax_identifiers": given.get("tax_identifiers") or [],
                "options": _options(given.get("options")),
                "insurance": None,
                "postage_label": None,
                "selected_rate": None,
                "tracker": None,
                "refund_status": None,
                "scan_form": None,
                "forms": [],
                "fees": [],
            }
            shipment |= self._rated(shipment, _accounts(given.get("carrier_accounts")), stamp)
            self._shipments[shipment["id"]] = shipment
            return deepcopy(shipment)

    def get(self, shipment_id: str) -> Json:
        """Raises Problem."""
        with self._lock:
            return deepcopy(self._find(shipment_id))

    def newest_first(self) -> list[Json]:
        """All of them."""
        with self._lock:
            return deepcopy(list(reversed(self._shipments.values())))

    def buy(self, shipment_id: str, body: Json) -> Json:
        """Buy a rate, with insurance where it is asked for. Raises Problem."""
        with self._lock:
            shipment = self._find(shipment_id)
            if shipment["postage_label"] is not None:
                raise Problem(422, "SHIPMENT.POSTAGE.EXISTS", "Postage already exists for this shipment.")
            wanted = (body.get("rate") or {}).get("id")
            if not wanted:
                raise missing("rate")
            rate = next((one for one in shipment["rates"] if one["id"] == wanted), None)
            if rate is None:
                raise not_found()
            if needs_customs(shipment) and shipment["customs_info"] is None:
                raise Problem(422, "SHIPMENT.CUSTOMS_INFO.REQUIRED", "CustomsInfo is required for international shipments.")
            insurance = str(body.get("insurance") or "")
            _check_insurance(insurance)
            self._pay(shipment, rate)
            if insurance:
                self._insure(shipment, insurance)
            return deepcopy(shipment)

    def insure(self, shipment_id: str, body: Json) -> Json:
        """Insure a bought label. Raises Problem."""
        with self._lock:
            shipment = self._bought(shipment_id)
            if shipment["insurance"] is not None:
                raise Problem(422, "SHIPMENT.INSURANCE.ALREADY_PURCHASED", "This shipment already has insurance.")
            if not body.get("amount"):
                raise missing("amount")
            _check_insurance(str(body["amount"]))
            self._insure(shipment, str(body["amount"]))
            return deepcopy(shipment)

    def refund(self, shipment_id: str) -> Json:
        """Give a label back; what was rejected may be asked again. Raises Problem."""
        with self._lock:
            shipment = self._bought(shipment_id)
            if shipment["refund_status"] in (None, "rejected"):
                scanned = shipment["tracker"]["status"] not in _NOT_SCANNED
                shipment["refund_status"] = "rejected" if scanned else self._options().refund
            return deepcopy(shipment)

    def convert(self, shipment_id: str, format: str) -> Json:
        """The shipment with its label in another format. Raises Problem."""
        with self._lock:
            shipment = self._bought(shipment_id)
            label = shipment["postage_label"]
            if format not in MEDIA_TYPES:
                raise Problem(422, "SHIPMENT.POSTAGE.INVALID_FORMAT", "The label format is invalid.")
            if label["label_file_type"] != MEDIA_TYPES["PNG"] or self._options().no_conversion:
                raise Problem(422, "SHIPMENT.POSTAGE.FORMAT_UNAVAILABLE", "The label cannot be converted.")
            if format != "PNG":
                label[f"label_{format.lower()}_url"] = self._file(shipment, "postage_label", format.lower())
            return deepcopy(shipment)

    def track(self, shipment_id: str, status: str, status_detail: str, message: str, **place: str) -> None:
        """Something that happened to a parcel. Raises Problem."""
        with self._lock:
            tracker = self._bought(shipment_id)["tracker"]
            tracker |= {"status": status, "status_detail": status_detail}
            tracker["tracking_details"].append(tracking_detail(status, status_detail, message, self._stamp(), **place))

    def put_on_form(self, shipment_ids: list[str], form_id: str) -> None:
        """Say on which scan form shipments are."""
        with self._lock:
            for one in shipment_ids:
                self._find(one)["scan_form"] = {"id": form_id, "object": "ScanForm"}

    def settle_refund(self, shipment_id: str, status: str) -> None:
        """What the carrier says of a refund in the end. Raises Problem."""
        with self._lock:
            self._bought(shipment_id)["refund_status"] = status

    def _rated(self, shipment: Json, accounts: list[str], stamp: Json) -> Json:
        rates, messages = rates_of(shipment, accounts)
        ids = [{"id": self._new_id("rate_"), "object": "Rate", **stamp, "shipment_id": shipment["id"]} for _ in rates]
        return {"rates": [{**names, **rate} for names, rate in zip(ids, rates, strict=True)], "messages": messages}

    def _pay(self, shipment: Json, rate: Json) -> None:
        self.purchases.append(shipment["id"])
        stamp = {"mode": shipment["mode"], "created_at": self._stamp(), "updated_at": self._stamp()}
        format = str(shipment["options"].get("label_format") or "PNG").upper()
        shipment["tracking_code"] = _tracking_code(rate["carrier"], len(self.purchases))
        shipment["selected_rate"] = dict(rate)
        shipment["postage_label"] = {
            "object": "PostageLabel",
            "id": self._new_id("pl_"),
            **stamp,
            "label_size": "4x6",
            "label_resolution": 203,
            "label_file_type": MEDIA_TYPES[format],
            "label_url": self._file(shipment, "postage_label", format.lower()),
            "label_pdf_url": None,
            "label_zpl_url": None,
            "label_epl2_url": None,
            "label_file": None,
        }
        shipment["tracker"] = tracker_of(shipment, self._new_id, stamp)
        shipment["fees"] = [_fee("LabelFee", "0.01000"), _fee("PostageFee", f"{Decimal(rate['rate']):.5f}")]
        if shipment["customs_info"] is not None and rate["carrier"] != "USPS":
            url = self._file(shipment, "form", "pdf")
            form = {"id": self._new_id("form_"), "object": "Form", **stamp, "form_type": "commercial_invoice", "form_url": url}
            shipment["forms"] = [{**form, "submitted_electronically": False}]

    def _insure(self, shipment: Json, amount: str) -> None:
        if self._options().refuse_insurance:
            raise Problem(422, "INSURANCE.PURCHASE.FAILED", "The insurance could not be purchased.")
        shipment["insurance"] = amount
        shipment["fees"].append(_fee("InsuranceFee", f"{max(Decimal(1), Decimal(amount) * _INSURANCE_SHARE):.5f}"))

    def _bought(self, shipment_id: str) -> Json:
        shipment = self._find(shipment_id)
        if shipment["postage_label"] is None:
            raise Problem(422, "SHIPMENT.POSTAGE.REQUIRED", "Postage must be purchased first.")
        return shipment

    def _find(self, shipment_id: str) -> Json:
        if shipment_id not in self._shipments:
            raise not_found()
        return self._shipments[shipment_id]

    def _file(self, shipment: Json, kind: str, format: str) -> str:
        return f"{self._files_url()}/{kind}/{shipment['id']}.{format}"

    def _new_id(self, beginning: str) -> str:
        self._ids += 1
        return beginning + hashlib.sha256(str(self._ids).encode()).hexdigest()[:32]

    def _stamp(self) -> str:
        return self._now().strftime("%Y-%m-%dT%H:%M:%SZ")


def _options(given: Any) -> Json:
    options = {"currency": "USD", "payment": {"type": "SENDER"}, "date_advance": 0, **(given if isinstance(given, dict) else {})}
    if str(options.get("label_format") or "PNG").upper() not in MEDIA_TYPES:
        raise Problem(422, "SHIPMENT.OPTIONS.INVALID", "Invalid options.", label_format="is not supported")
    return options


def _accounts(given: Any) -> list[str]:
    accounts = [str(one.get("id") if isinstance(one, dict) else one) for one in given or ()]
    if unknown := [one for one in accounts if one not in CARRIER_ACCOUNTS]:
        raise Problem(422, "CARRIER_ACCOUNT.INVALID", f"Carrier account {unknown[0]} is invalid.")
    return accounts or list(CARRIER_ACCOUNTS)


def _check_insurance(amount: str) -> None:
    if amount and Decimal(amount) > _MOST_INSURED:
        raise Problem(422, "INSURANCE.AMOUNT.ABOVE_MAXIMUM", "The amount is above the maximum.")


def _fee(kind: str, amount: str) -> Json:
    return {"object": "Fee", "type": kind, "amount": amount, "charged": True, "refunded": False}


def _tracking_code(carrier: str, number: int) -> str:
    """A number as its carrier writes it; the same purchases have the same numbers."""
    if carrier == "USPS":
        return f"94001000000000{number:08d}"
    return f"1Z999AA1{number:010d}" if carrier.startswith("UPS") else f"{number:010d}"
