"""What a person of either side writes to the other about a request."""

from __future__ import annotations

from engine.application import Application
from engine.model.audit import AuditEntry
from engine.model.request_message import MessageKind
from engine.services.fulfillment.answer_request import LONG_TEXT, LONGEST_TEXT, lock_request
from engine.services.fulfillment.delegate import record
from engine.services.fulfillment.request_words import side_of
from engine.services.providers.due import make_sending_due
from engine.services.refusals import Refused
from rules.messages import Text

NO_MESSAGE = Text("Write a message first.", "Escribe primero un mensaje.")


def write_message(app: Application, account_id: str, request_id: str, text: str, actor: str) -> None:
    """Add a message to a request's thread, whatever became of the request. Raises Refused."""
    said = text.replace("\r\n", "\n").strip()
    if not said:
        raise Refused("no_text", NO_MESSAGE)
    if len(said) > LONGEST_TEXT:
        raise Refused("long_text", LONG_TEXT, limit=LONGEST_TEXT)
    now = app.clock.now()
    with app.unit_of_work() as uow:
        request, _ = lock_request(uow, account_id, request_id)
        side = side_of(request, account_id)
        record(uow, request, MessageKind.WRITTEN, side, actor, now, text=said)
        if request.sent_at is not None:
            make_sending_due(uow, [request], now)  # in the account of any other provider it stands already
        uow.audit.append([AuditEntry(account_id, now, actor, "request.written", request.id)])
        uow.commit()
