"""Mails to people: what they are about, what they say, and how far they have come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Self

from engine.model.sentence import Sentence
from rules.messages import Language, Text


class MailKind(StrEnum):
    CONNECTION_INVITED = "connection_invited"
    CONNECTION_ANSWERED = "connection_answered"
    CONNECTION_REMOVED = "connection_removed"
    COLLEAGUE_INVITED = "colleague_invited"
    ADDRESS_VERIFICATION = "address_verification"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - a kind of mail
    REQUEST_REJECTED = "request_rejected"
    REQUEST_CLOSED = "request_closed"
    REQUEST_CHANGED = "request_changed"  # asked of the provider, and its answer
    RULE_EMAIL = "rule_email"  # what a rule writes
    STORE_NOTICE = "store_notice"
    PROVIDER_NOTICE = "provider_notice"
    BUYER_SHIPMENT = "buyer_shipment"  # to the buyer of an order, as those below
    BUYER_DELIVERY = "buyer_delivery"
    INBOX_ASSIGNED = "inbox_assigned"  # somebody has given something to the reader to do
    INBOX_LIST = "inbox_list"  # every morning what needs a person
    DIGEST = "digest"  # the mails of a day that somebody wants together

    @property
    def label(self) -> Text:
        return _KINDS[self].label

    @property
    def can_be_switched_off(self) -> bool:
        """Whether the person it goes to may want it once a day, or not at all."""
        return _KINDS[self].can_be_switched_off

    @property
    def modes(self) -> tuple[MailMode, ...]:
        """Between which the person it goes to may choose; the first one is so until they do."""
        return (MailMode.OFF, MailMode.DAILY) if self is MailKind.INBOX_LIST else tuple(MailMode)

    @property
    def is_for_buyers(self) -> bool:
        """Whether it goes to a buyer, who is nobody here."""
        return self in (MailKind.BUYER_SHIPMENT, MailKind.BUYER_DELIVERY)

    @property
    def has_one_time_link(self) -> bool:
        """Whether whoever reads it may enter: then its words are kept no longer than until it is sent."""
        return _KINDS[self].has_one_time_link


@dataclass(frozen=True, slots=True)
class _KindWords:
    label: Text
    can_be_switched_off: bool = True
    has_one_time_link: bool = False


_KINDS: Mapping[MailKind, _KindWords] = MappingProxyType(
    {
        MailKind.CONNECTION_INVITED: _KindWords(
            Text("Invitation to work together", "Invitación a trabajar juntos"), can_be_switched_off=False
        ),
        MailKind.CONNECTION_ANSWERED: _KindWords(Text("Answer to an invitation", "Respuesta a una invitación")),
        MailKind.CONNECTION_REMOVED: _KindWords(Text("End of a connection", "Fin de una conexión")),
        MailKind.COLLEAGUE_INVITED: _KindWords(
            Text("Invitation of a colleague", "Invitación de un compañero"), can_be_switched_off=False, has_one_time_link=True
        ),
        MailKind.ADDRESS_VERIFICATION: _KindWords(
            Text("Confirmation of an address", "Confirmación de una dirección"), can_be_switched_off=False, has_one_time_link=True
        ),
        MailKind.PASSWORD_RESET: _KindWords(
            Text("New password", "Nueva contraseña"), can_be_switched_off=False, has_one_time_link=True
        ),
        MailKind.REQUEST_REJECTED: _KindWords(Text("Rejected request", "Solicitud rechazada")),
        MailKind.REQUEST_CLOSED: _KindWords(Text("Request closed with a rest", "Solicitud cerrada con unidades sin enviar")),
        MailKind.REQUEST_CHANGED: _KindWords(Text("Change of a labelled order", "Cambio de un pedido con etiqueta")),
        MailKind.RULE_EMAIL: _KindWords(Text("E-mail of a rule", "Correo de una regla")),
        MailKind.STORE_NOTICE: _KindWords(Text("Notice about a store", "Notificación sobre una tienda")),
        MailKind.PROVIDER_NOTICE: _KindWords(
            Text("Notice about a provider's system", "Notificación sobre el sistema de un proveedor")
        ),
        MailKind.BUYER_SHIPMENT: _KindWords(Text("Shipment e-mail", "Correo de envío"), can_be_switched_off=False),
        MailKind.BUYER_DELIVERY: _KindWords(Text("Delivery e-mail", "Correo de entrega"), can_be_switched_off=False),
        MailKind.INBOX_ASSIGNED: _KindWords(Text("Something assigned to you", "Algo que se te ha asignado")),
        MailKind.INBOX_LIST: _KindWords(Text("What needs a person", "Lo que requiere intervención")),
        MailKind.DIGEST: _KindWords(Text("Mails of a day together", "Correos de un día, juntos"), can_be_switched_off=False),
    }
)


class MailMode(StrEnum):
    """When somebody wants mails of a kind."""

    AT_ONCE = "at_once"
    DAILY = "daily"  # together with others, in the morning
    OFF = "off"


class MailState(StrEnum):
    """No more than this is shown of a mail: that one waits for a digest would tell that its reader is known here."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class MailLink:
    """Where a mail leads: a path below this service's address, which is put before it when the mail is sent."""

    label: str
    path: str


@dataclass(frozen=True, slots=True)
class OutsideLink:
    """An address elsewhere that a mail leads to, such as a carrier's page."""

    label: str
    address: str


@dataclass(frozen=True, slots=True)
class MailBrand:
    """In whose name a mail is sent. `store_id`: the store whose logo it has, where there is one."""

    name: str
    store_id: str | None = None


@dataclass(frozen=True, slots=True)
class MailContent:
    """What a mail says, in its reader's language."""

    subject: str
    paragraphs: tuple[str, ...]
    link: MailLink | None = None
    outside: tuple[OutsideLink, ...] = ()
    brand: MailBrand | None = None
    reply_to: str = ""  # whoever reads an answer; blank where nobody would

    def to_data(self) -> dict[str, Any]:
        """As a JSON object."""
        data: dict[str, Any] = {
            "subject": self.subject,
            "paragraphs": list(self.paragraphs),
            "link": None if self.link is None else {"label": self.link.label, "path": self.link.path},
        }
        if self.outside:
            data["outside"] = [{"label": one.label, "address": one.address} for one in self.outside]
        if self.brand is not None:
            data["brand"] = {"name": self.brand.name, "store_id": self.brand.store_id}
        if self.reply_to:
            data["reply_to"] = self.reply_to
        return data

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """What `to_data` made."""
        link, brand = data.get("link"), data.get("brand")
        return cls(
            subject=str(data["subject"]),
            paragraphs=tuple(str(paragraph) for paragraph in data["paragraphs"]),
            link=None if link is None else MailLink(link["label"], link["path"]),
            outside=tuple(OutsideLink(one["label"], one["address"]) for one in data.get("outside", ())),
            brand=None if brand is None else MailBrand(brand["name"], brand["store_id"]),
            reply_to=str(data.get("reply_to", "")),
        )

    def address(self, base_url: str) -> str | None:
        """The absolute address of its link."""
        return None if self.link is None else f"{base_url.rstrip('/')}/{self.link.path.lstrip('/')}"

    def plain_text(self, base_url: str) -> str:
        """All of it but the subject, with the addresses that its links lead to."""
        parts = [] if self.brand is None else [self.brand.name]
        parts += self.paragraphs
        parts += [f"{one.label}:\n{one.address}" for one in self.outside]
        if self.link is not None:
            parts.append(f"{self.link.label}:\n{self.address(base_url)}")
        return "\n\n".join(parts)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is written to. `account_id` is the person's account where another one writes; it counts with `user_id` alone."""

    address: str
    user_id: str | None  # None for somebody who does not log in here
    language: Language
    account_id: str | None = None


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that an account writes. What it says lies encrypted in the database."""

    id: str
    account_id: str  # whose admins see that it was written
    to_address: str
    kind: MailKind
    language: Language
    created_at: datetime
    content: MailContent | None = field(repr=False)  # None once that is no longer kept
    user_id: str | None = None
    reader_account_id: str | None = None  # the person's; None where nobody here is meant
    state: MailState = MailState.WAITING
    for_digest: bool = False  # it does not go out by itself
    attempts: int = 0
    last_error: Sentence | None = None
    sent_at: datetime | None = None
    can_be_read: bool = True  # False: what it says was encrypted with a key that is not there

    @property
    def may_be_sent_again(self) -> bool:
        return self.content is not None and self.state is not MailState.WAITING


@dataclass(frozen=True, slots=True)
class MailEntry:
    """What an account's admins see of a mail: nothing that tells who its reader is here."""

    id: str
    account_id: str
    to_address: str
    kind: MailKind
    state: MailState
    created_at: datetime
    sent_at: datetime | None
    last_error: Sentence | None
    may_be_sent_again: bool


@dataclass(frozen=True, slots=True)
class MailReader:
    """Somebody for whom mails wait to be sent together."""

    account_id: str  # the person's
    user_id: str
    waiting_since: datetime


def mail_key(mail_id: str) -> str:
    """The key of the job that sends a mail."""
    return f"mail:{mail_id}"
