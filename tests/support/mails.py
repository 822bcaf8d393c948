"""A shop whose mails a test can see, and mails to put into its outbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from support.shop import OWNER, Shop

from engine.model.account import User
from engine.model.buyer_mail import BuyerMail
from engine.model.mail import Mail, MailContent, MailEntry, MailKind, MailLink, MailMode, Recipient
from engine.model.store_preferences import StoreLogo
from engine.ports import MailSender
from engine.services.mail.account_mails import list_mails
from engine.services.mail.post_mail import post_mail
from engine.services.mail.preferences import choose_modes

BUYER = "buyer@elsewhere.example"
CONTENT = MailContent("Look", ("The store needs you.",), MailLink("To the store", "/stores/sto_1"))


@dataclass
class SeenMails:
    """Implements `engine.ports.MailSender`: keeps what it is given, or fails as it is told."""

    writes_files: bool = False
    sent: list[tuple[Mail, str]] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    failure: Exception | None = None
    logos: list[StoreLogo | None] = field(default_factory=list)

    def send(self, mail: Mail, base_url: str, logo: StoreLogo | None = None) -> None:
        if self.failure is not None:
            raise self.failure
        self.logos.append(logo)
        self.sent.append((mail, base_url))

    def forget(self, mail_ids: Sequence[str]) -> None:
        self.forgotten += mail_ids

    @property
    def subjects(self) -> list[str]:
        return [mail.content.subject for mail, _ in self.sent if mail.content is not None]

    @property
    def to(self) -> list[str]:
        return [mail.to_address for mail, _ in self.sent]


def sending_by(shop: Shop, sender: MailSender) -> Shop:
    """The shop with its mails taken away by this."""
    shop.app = replace(shop.app, mail=sender)
    return shop


def user_of(shop: Shop, email: str = OWNER) -> User:
    with shop.database.reading_unit_of_work() as unit:
        user = next(iter(unit.users.list_by_email(email)), None)
    assert user is not None
    return user


def to_person(user: User, account_id: str | None = None) -> Recipient:
    return Recipient(user.email, user.id, "en", account_id)


def post(shop: Shop, kind: MailKind = MailKind.STORE_NOTICE, to: Recipient | None = None, **options: Any) -> Mail | None:
    """A mail to the shop's owner, written by the merchant unless something else is said."""
    wanted = {"account_id": shop.merchant.id, "content": CONTENT, **options}
    with shop.database.unit_of_work() as unit:
        mail = post_mail(shop.app, unit, to=to or to_person(user_of(shop)), kind=kind, **wanted)
        unit.commit()
    return mail


def entries_of(shop: Shop) -> list[MailEntry]:
    return list_mails(shop.app, shop.merchant.id)


def kept(shop: Shop, mail: Mail | None) -> Mail:
    """The mail as it is in the database by now."""
    assert mail is not None
    with shop.database.reading_unit_of_work() as unit:
        return unit.mails.get(mail.account_id, mail.id)


def wants(shop: Shop, mode: MailMode, kind: MailKind = MailKind.STORE_NOTICE, email: str = OWNER) -> None:
    choose_modes(shop.app, user_of(shop, email), {kind: mode})


def writing_to_buyers(shop: Shop, *mails: BuyerMail, **preferences: Any) -> None:
    """The merchant's store has these mails written."""
    with shop.database.unit_of_work() as unit:
        store = unit.stores.get(shop.merchant.id, shop.store.id)
        unit.stores.update(replace(store, preferences=replace(store.preferences, buyer_mails=mails, **preferences)))
        unit.commit()
