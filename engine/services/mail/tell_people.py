"""Mails to all admins of an account, each in their own language."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from engine.application import Application
from engine.model.account import User
from engine.model.mail import MailContent, MailKind, MailLink, Recipient
from engine.model.sentence import Sentence
from engine.ports import UnitOfWork
from engine.services.mail.post_mail import post_mail
from engine.services.mail.reader_language import language_of
from rules.messages import Language, Text


def tell_admins(
    app: Application,
    uow: UnitOfWork,
    account_id: str,
    kind: MailKind,
    subject: Sentence,
    paragraphs: Iterable[Sentence],
    link: tuple[Text, str] | None = None,
    *,
    but: str | None = None,
    reply_to: str = "",
) -> None:
    """One mail for each admin, `but` for the person of this id, who knows already. `link`: its label and our page's path;
    `reply_to`: the address that answers go to, where somebody reads them.
    """
    said = list(paragraphs)

    def content(language: Language) -> MailContent:
        named = None if link is None else MailLink(link[0].format(language), link[1])
        return MailContent(subject.format(language), tuple(one.format(language) for one in said), named, reply_to=reply_to)

    _post_each(app, uow, account_id, kind, content, [user for user in uow.users.list_for(account_id) if user.is_admin], but)


def _post_each(
    app: Application,
    uow: UnitOfWork,
    account_id: str,
    kind: MailKind,
    content: Callable[[Language], MailContent],
    users: Iterable[User],
    but: str | None,
) -> None:
    for user in users:
        if user.id != but:
            language = language_of(user)
            to = Recipient(user.email, user.id, language)
            post_mail(app, uow, account_id=account_id, to=to, kind=kind, content=content(language))
