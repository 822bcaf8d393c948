"""The e-mails that rules ask for."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from engine.application import Application
from engine.model.account import User
from engine.model.job import Job
from engine.model.mail import MailContent, MailKind, MailLink, Recipient
from engine.model.mail_address import is_address
from engine.ports import UnitOfWork
from engine.services.mail.post_mail import post_mail
from engine.services.mail.reader_language import language_of
from engine.services.mail.reply_address import reply_address
from rules.messages import Text

NO_SUBJECT = Text("(no subject)", "(sin asunto)")
OPEN_ORDER = Text("Open the order", "Abrir el pedido")


def write_rule_emails(app: Application, job: Job) -> list[str]:
    """Write the mails that a rule's action wants, one for each address, once. What is given as an address and is none.

    Whoever belongs to the account gets them as they want mails of rules, and with a link to the order.
    """
    with app.unit_of_work() as uow:
        people = {user.email.lower(): user for user in uow.users.list_for(job.account_id)}
        wrong = []
        for address in _addresses(str(job.payload["to"])):
            if is_address(address):
                _write(app, uow, job, address, people)
            else:
                wrong.append(address)
        uow.commit()
    return wrong


def _write(app: Application, uow: UnitOfWork, job: Job, address: str, people: dict[str, User]) -> None:
    user = people.get(address.lower())
    language = language_of(user or next((one for one in people.values() if one.role == "admin"), None))
    link = None if user is None or job.order_id is None else MailLink(OPEN_ORDER.format(language), f"/orders/{job.order_id}")
    subject = str(job.payload["subject"]).strip() or NO_SUBJECT.format(language)
    paragraphs = tuple(filter(None, re.split(r"(?:\r?\n[ \t]*){2,}", str(job.payload["message"]).strip())))
    post_mail(
        app,
        uow,
        account_id=job.account_id,
        to=Recipient(address, None if user is None else user.id, language),
        kind=MailKind.RULE_EMAIL,
        content=MailContent(subject, paragraphs, link, reply_to=reply_address(uow, job.account_id)),
        mail_id=_mail_id(job, address),
    )


def _addresses(text: str) -> Iterator[str]:
    """Each once, however it is written."""
    seen = set()
    for address in filter(None, re.split(r"[\s,;]+", text)):
        if address.lower() not in seen:
            seen.add(address.lower())
            yield address


def _mail_id(job: Job, address: str) -> str:
    """The same for the same address however often the job is tried: nobody gets it twice."""
    return f"mai_{job.id.partition('_')[2]}_{hashlib.sha256(address.lower().encode()).hexdigest()[:12]}"
