"""Mails that only lead somewhere: once that has ended, there is nothing left to say."""

from __future__ import annotations

from datetime import datetime

from engine.model.connection import ConnectionState
from engine.model.mail import Mail, MailKind
from engine.model.one_time_link import LinkPurpose
from engine.ports import NotFound, UnitOfWork
from engine.services.accounts.web_sessions import digest_of_token

CONNECTIONS = "/connections/"
_ONE_TIME = {"/sign-up/": LinkPurpose.SIGN_UP, "/join/": LinkPurpose.JOIN, "/new-password/": LinkPurpose.RESET_PASSWORD}


def leads_nowhere(uow: UnitOfWork, mail: Mail, now: datetime) -> bool:
    """Whether a mail asks for an answer that is given or not wanted by now, or holds a link that works no more."""
    if mail.content is None or mail.content.link is None:
        return False
    path = mail.content.link.path
    start, _, key = path.rpartition("/")
    if mail.kind is MailKind.CONNECTION_INVITED and f"{start}/" == CONNECTIONS:
        return not _is_pending(uow, mail.account_id, key, now)
    purpose = _ONE_TIME.get(f"{start}/") if mail.kind.has_one_time_link else None
    if purpose is None:
        return False
    link = uow.one_time_links.find(purpose, digest_of_token(key))
    return link is None or link.is_over(now)


def _is_pending(uow: UnitOfWork, provider_id: str, connection_id: str, now: datetime) -> bool:
    try:
        connection = uow.connections.get(provider_id, connection_id)
    except NotFound:
        return False
    return connection.state is ConnectionState.PENDING and not connection.has_expired(now)
