"""Scan forms: what EasyPost calls a manifest. One document that the driver scans for all parcels on it."""

from __future__ import annotations

import re
from collections.abc import Callable

from adapters.carriers.calls import CarrierCalls, Outcome, OutcomeRow
from adapters.carriers.easypost.answers import Json, part, text, unreadable
from adapters.carriers.easypost.refusals import refused
from engine.model.manifest import MadeManifest, ManifestRequest
from engine.model.sentence import full_sentence
from engine.ports.carriers import CarrierError, CarrierUnavailable
from rules.messages import Message, Text

NOT_READY = Text("EasyPost is still making the scan form.", "EasyPost todavía está haciendo el formulario de recogida.")
FAILED = Text(
    'EasyPost did not make the scan form: "{words}" Make another one of the shipments that it does not name.',
    "EasyPost no hizo el formulario de recogida: «{words}» Haz otro con los envíos que no nombra.",
)
_ID = re.compile(r"sf_[0-9A-Za-z]{1,64}")
_MARK = b"%PDF"
_LATER = (OutcomeRow(range(300, 500), Outcome.UNKNOWN),)  # a file that is not there yet may be a moment later

Ask = Callable[[str, str, object], Json]
"""A method, a place and what is told → the data of a call that was done."""


class ScanForms:
    """Makes scan forms and finds them again. EasyPost has no reference of ours for them: a shipment names the one it is on."""

    def __init__(self, ask: Ask, files: CarrierCalls) -> None:
        self._ask = ask
        self._files = files

    def make(self, request: ManifestRequest) -> MadeManifest:
        """Raises CarrierRefused with EasyPost's words, and CarrierUnavailable while it is being made."""
        return self._made(self._ask("POST", "/scan_forms", {"shipments": [{"id": one} for one in request.carrier_ids]}))

    def find(self, request: ManifestRequest) -> MadeManifest | None:
        """The form that the first of the shipments is on; None where it is on none, or on one that failed."""
        form = part(self._ask("GET", f"/shipments/{request.carrier_ids[0]}", None), "scan_form")
        if not text(form, "id"):
            return None
        form = self._ask("GET", f"/scan_forms/{_id_of(form)}", None)
        return None if text(form, "status") == "failed" else self._made(form)

    def _made(self, form: Json) -> MadeManifest:
        form_id, status = _id_of(form), text(form, "status")
        if status == "failed":
            raise refused("scan_form_failed", FAILED, words=full_sentence(text(form, "message") or form_id))
        if status != "created" and not text(form, "form_url"):
            raise CarrierUnavailable(Message("scan_form_not_ready", NOT_READY))
        return MadeManifest(form_id, self._document(text(form, "form_url")))

    def _document(self, url: str) -> bytes | None:
        """None where it cannot be had now: the form counts, and its file is fetched when somebody prints it."""
        if not url:
            return None
        try:
            content = self._files.check(self._files.call("GET", url), "", "", _LATER).content
        except CarrierError:
            return None
        return content if content.startswith(_MARK) else None


def _id_of(form: Json) -> str:
    found = text(form, "id")
    if _ID.fullmatch(found) is None:
        raise unreadable()
    return found
