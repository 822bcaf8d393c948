"""The scan forms of the stand-in: each shipment is on one at most."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from copy import deepcopy
from typing import Any, Final

from reportlab.lib.pagesizes import letter
from reportlab.pdfgen.canvas import Canvas

from .book import ShipmentBook
from .problems import Problem, missing, not_found

Json = dict[str, Any]

_FILE_TYPE: Final = "application/pdf"


class ScanFormBook:
    """Scan forms by id. What it gives are copies. Safe to share between threads."""

    def __init__(self, shipments: ShipmentBook, files_url: Callable[[], str]) -> None:
        self._shipments, self._files_url = shipments, files_url
        self._forms: dict[str, Json] = {}
        self._lock = threading.RLock()

    def create(self, body: Json) -> Json:
        """A form of bought shipments that leave one place. Raises Problem."""
        given = body.get("shipments")
        if not isinstance(given, list) or not given:
            raise missing("shipments")
        with self._lock:
            shipments = [self._shipments.get(str(one.get("id") if isinstance(one, dict) else one)) for one in given]
            _check(shipments)
            form_id = f"sf_{len(self._forms) + 1:032x}"
            form: Json = {
                "id": form_id,
                "object": "ScanForm",
                "status": "created",
                "message": None,
                "address": shipments[0]["from_address"],
                "tracking_codes": [one["tracking_code"] for one in shipments],
                "form_url": f"{self._files_url()}/scan_form/{form_id}.pdf",
                "form_file_type": _FILE_TYPE,
                "batch_id": None,
            }
            self._forms[form_id] = form
            self._shipments.put_on_form([one["id"] for one in shipments], form_id)
            return deepcopy(form)

    def get(self, form_id: str) -> Json:
        """Raises Problem."""
        with self._lock:
            if form_id not in self._forms:
                raise not_found()
            return deepcopy(self._forms[form_id])

    def newest_first(self) -> list[Json]:
        """All of them."""
        with self._lock:
            return deepcopy(list(reversed(self._forms.values())))

    def draw(self, form_id: str) -> bytes:
        """The document, as PDF. Raises Problem."""
        form, out = self.get(form_id), io.BytesIO()
        canvas = Canvas(out, pagesize=letter, invariant=1)
        canvas.drawString(72, 720, f"SCAN FORM {form_id}")
        for position, code in enumerate(form["tracking_codes"][:40]):
            canvas.drawString(72, 690 - 15 * position, str(code))
        canvas.save()
        return out.getvalue()


def _check(shipments: list[Json]) -> None:
    if any(one["postage_label"] is None for one in shipments):
        raise _refused("All shipments must be purchased.")
    if any(one["refund_status"] not in (None, "rejected") for one in shipments):
        raise _refused("Refunded shipments cannot be added.")
    if any(one.get("scan_form") for one in shipments):
        raise _refused("A shipment is on another scan form already.")
    if len({one["selected_rate"]["carrier"] for one in shipments}) > 1:
        raise _refused("All shipments must be of one carrier account.")
    places = {tuple(one["from_address"].get(name) for name in ("street1", "city", "zip", "country")) for one in shipments}
    if len(places) > 1:
        raise _refused("All shipments must have the same origin address.")


def _refused(words: str) -> Problem:
    return Problem(422, "SCAN_FORM.CREATE.ERROR", words)
