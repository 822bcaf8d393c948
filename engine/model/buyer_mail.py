"""Mails to buyers of what has left and what has arrived: a step of its own beside the telling of the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from engine.model.mail import MailKind
from engine.model.sentence import Sentence
from rules.actions.documents import NO_EMAIL
from rules.messages import Text
from rules.order_document import read_field


class BuyerMail(StrEnum):
    """What a buyer is told, as stores and the action `set_email_template` name it."""

    SHIPMENT = "shipment"
    DELIVERY = "delivery"

    @property
    def kind(self) -> MailKind:
        return MailKind.BUYER_SHIPMENT if self is BuyerMail.SHIPMENT else MailKind.BUYER_DELIVERY

    @property
    def label(self) -> Text:
        return self.kind.label


class BuyerMailStatus(StrEnum):
    """How far one mail about one shipment has come."""

    NOT_WRITTEN = "not_written"  # wanted by now, but not when the shipment left
    NO_ADDRESS = "no_address"
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class BuyerMailProgress:
    """A mail about a shipment as people see it; `at` is when it was last tried."""

    mail: BuyerMail
    status: BuyerMailStatus
    attempts: int = 0
    at: datetime | None = None
    error: Sentence | None = None

    @property
    def may_be_sent(self) -> bool:
        """Whether a person may have it sent, for the first time or again."""
        return self.status in (BuyerMailStatus.NOT_WRITTEN, BuyerMailStatus.SENT, BuyerMailStatus.FAILED)


def buyer_mail_id(shipment_id: str, mail: BuyerMail) -> str:
    """The same for the same shipment: nobody gets it twice."""
    return f"mai_{shipment_id.partition('_')[2]}_{mail.value}"


def is_wanted(mail: BuyerMail, of_store: tuple[BuyerMail, ...], document: Mapping[str, Any]) -> bool:
    """Whether the buyer gets this mail: as a rule has it for the order (`set_email_template`), else as the store has it."""
    template = read_field(document, f"email_templates.{mail.value}")
    if isinstance(template, str) and template.strip():
        return template.strip().casefold() != NO_EMAIL
    return mail in of_store
