"""What mails say of the inbox: that something was assigned to somebody, and every morning what needs them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from engine.application import Application
from engine.model.account import User
from engine.model.inbox import NOBODY, InboxEntry, InboxView
from engine.model.mail import MailContent, MailKind, MailLink, Recipient
from engine.model.moment_words import day_words
from engine.ports import UnitOfWork
from engine.services.attention.inbox_words import KINDS, entry_words, what_of
from engine.services.mail.post_mail import post_mail
from engine.services.mail.reader_language import language_of
from rules.messages import Text

LISTED = 10  # of one's own entries, and of those that are nobody's
ASSIGNED_SUBJECT = Text("For you: {kind} ({what})", "Para ti: {kind} ({what})")
ASSIGNED_BY = Text("{who} has assigned this to you.", "{who} te ha asignado esto.")
OPEN_INBOX = Text("Open the inbox", "Abrir la bandeja")
OPEN_ORDER = Text("Open order {number}", "Abrir el pedido {number}")
YOURS = Text("■ Assigned to you", "■ Asignado a ti")
NOBODYS = Text("■ Nobody has taken it up yet", "■ Aún no lo lleva nadie")
LINE = Text("{kind}, {what}: {reason} (since {day})", "{kind}, {what}: {reason} (desde el {day})")
MORE = Text("There is more: {address}", "Hay más: {address}")


def tell_assigned(app: Application, uow: UnitOfWork, account_id: str, entry: InboxEntry, user_id: str, actor: str) -> None:
    """A mail to whom an entry was assigned, as they want mails of the kind."""
    people = {user.id: user for user in uow.users.list_for(account_id)}
    user = people[user_id]
    language = language_of(user)
    subject = ASSIGNED_SUBJECT.format(language, kind=KINDS[entry.kind], what=what_of(entry))
    said = [entry_words(entry).format(language)]
    if actor in people:
        said.append(ASSIGNED_BY.format(language, who=people[actor].email))
    link = MailLink(OPEN_INBOX.format(language), "/inbox?who=me")
    if entry.order_id is not None:
        link = MailLink(OPEN_ORDER.format(language, number=entry.order_number), f"/orders/{entry.order_id}")
    content = MailContent(subject, tuple(said), link)
    to = Recipient(user.email, user.id, language)
    post_mail(app, uow, account_id=account_id, to=to, kind=MailKind.INBOX_ASSIGNED, content=content)


def inbox_paragraphs(uow: UnitOfWork, user: User, zone: ZoneInfo, now: datetime, base_url: str) -> Iterator[str]:
    """What is open for somebody, and for nobody yet, in their language and with the days of their zone; the oldest first. Nothing
    where nothing is.
    """
    language, account = language_of(user), uow.accounts.get(user.account_id)
    for heading, assignee, who in ((YOURS, user.id, "me"), (NOBODYS, NOBODY, "nobody")):
        view = InboxView(assignee=assignee)
        found = uow.inbox.list_entries(account.id, view, now, account.held_before(now), limit=LISTED + 1)
        if found:
            yield heading.format(language)
        for entry in found[:LISTED]:
            said = {"kind": KINDS[entry.kind], "what": what_of(entry), "reason": entry_words(entry)}
            yield LINE.format(language, **said, day=day_words(entry.since.astimezone(zone).date()))
        if len(found) > LISTED:
            yield MORE.format(language, address=f"{base_url.rstrip('/')}/inbox?who={who}")
