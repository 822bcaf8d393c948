"""The calls about returns: bought once by their reference, found again among those of the last days, called off by their id."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from adapters.carriers.calls import Answer, CarrierCalls
from adapters.carriers.sendcloud.description import LABEL_PDF, NAME
from adapters.carriers.sendcloud.documents import MEDIA_TYPES, document, document_path
from adapters.carriers.sendcloud.outcomes import CONFLICT, error_of
from adapters.carriers.sendcloud.returns import (
    MOST_PAGES,
    SentReturn,
    check_announced,
    find_return,
    ids_of,
    kept_ids,
    list_query,
    next_cursor,
    parcel_of,
    parse_return,
    return_request,
)
from adapters.carriers.sendcloud.settings import SendcloudSettings
from engine.model.carrier import DocumentForm
from engine.model.label import BoughtLabel, Document, LabelRequest
from engine.ports import Clock
from engine.ports.carriers import CarrierError, CarrierUnavailable
from rules.messages import Message, Text

TAKEN = Text(
    "{carrier} says that it has the return, and does not show it yet.",
    "{carrier} dice que tiene la devolución, pero aún no la muestra.",
)
_BAD: Final = 400
_REFERENCE: Final = "external reference"  # the words of a reference that is taken


class ReturnCalls:
    """What one account can do about returns."""

    def __init__(
        self, calls: CarrierCalls, checked: Callable[[Answer], Answer], settings: SendcloudSettings, clock: Clock
    ) -> None:
        self._calls = calls
        self._checked = checked
        self._settings = settings
        self._clock = clock

    def buy(self, request: LabelRequest) -> BoughtLabel:
        """What has the reference already is the purchase."""
        answer = self._calls.call("POST", "/returns/announce-synchronously", return_request(request, self._settings))
        if answer.status == _BAD and _REFERENCE in error_of(answer)[1].casefold():
            bought = self.find(request)
            if bought is None:
                raise CarrierUnavailable(Message("reference_taken", TAKEN, {"carrier": NAME}))
            return bought
        return_id, parcel_id = ids_of(self._checked(answer).data())
        try:
            sent = parse_return(self._checked(self._calls.call("GET", f"/returns/{return_id}")).data(), return_id, parcel_id)
        except CarrierError as error:  # it is made: whatever keeps it from being seen, that is not known then
            raise CarrierUnavailable(error.args[0]) from None
        return self._bought(sent)

    def find(self, request: LabelRequest) -> BoughtLabel | None:
        """Raises CarrierRefused where it was made and came to nothing."""
        cursor = ""
        for _ in range(MOST_PAGES):
            page = self._checked(self._calls.call("GET", "/returns", query=list_query(self._clock.now(), cursor))).data()
            found = find_return(page, request)
            if found is not None:
                return self._bought(found)
            cursor = next_cursor(page)
            if not cursor:
                break
        return None

    def void(self, carrier_id: str) -> None:
        """Asked for; what is cancelled already stays so."""
        return_id, parcel_id = kept_ids(carrier_id)
        answer = self._calls.call("PATCH", f"/returns/{return_id}/cancel")
        if answer.status == CONFLICT:
            described = self._checked(self._calls.call("GET", f"/returns/{return_id}")).data()
            if parse_return(described, return_id, parcel_id).is_cancelled:
                return
        self._checked(answer)

    def draw(self, carrier_id: str, form: DocumentForm) -> Document:
        """The label of the parcel."""
        path = document_path(parcel_of(carrier_id), form.kind)
        answer = self._calls.call("GET", path, accept=MEDIA_TYPES[form.format])
        return document(self._checked(answer).content, form, 0)

    def _bought(self, sent: SentReturn) -> BoughtLabel:
        check_announced(sent)
        return BoughtLabel(sent.carrier_id, (sent.number,), self._label(sent), sent.cost)

    def _label(self, sent: SentReturn) -> tuple[Document, ...]:
        """None where it cannot be had now: the purchase counts, and it is fetched later."""
        try:
            return (self.draw(sent.carrier_id, LABEL_PDF),)
        except CarrierError:
            return ()
