"""Links that are mailed to people: made with a random token, followed once, and why one no longer works."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.application import Application
from engine.model.ids import new_id
from engine.model.one_time_link import LASTS, LinkEnd, LinkPurpose, OneTimeLink
from engine.ports import UnitOfWork
from engine.services.accounts.web_sessions import digest_of_token
from engine.services.refusals import Refused
from rules.messages import Text

NO_LINK = Text(
    "This link leads nowhere: check that the whole address from the mail is there.",
    "Este enlace no lleva a ninguna parte: comprueba que la dirección del correo está completa.",
)
USED = Text("This link has been used already: it works once.", "Este enlace ya se ha usado: funciona una sola vez.")
WITHDRAWN = Text("This link has been withdrawn by who sent it.", "Quien envió este enlace lo ha retirado.")
REPLACED = Text(
    "A newer mail has replaced this link: use the one in that mail.",
    "Un correo más reciente sustituye a este enlace: usa el de ese correo.",
)
EXPIRED = Text("This link is too old: its time is over.", "Este enlace ha caducado.")
_ENDS = {LinkEnd.USED: USED, LinkEnd.WITHDRAWN: WITHDRAWN, LinkEnd.REPLACED: REPLACED}


def make_link(
    uow: UnitOfWork, purpose: LinkPurpose, email: str, account_id: str | None, details: Mapping[str, Any], now: datetime
) -> tuple[OneTimeLink, str]:
    """A new link and the token that leads to it, which is kept nowhere but in the mail."""
    token = secrets.token_urlsafe(32)
    link = OneTimeLink(
        new_id("lnk"), digest_of_token(token), purpose, email.strip().lower(), account_id, details, now, now + LASTS[purpose]
    )
    uow.one_time_links.add(link)
    return link, token


def find_link(app: Application, purpose: LinkPurpose, token: str) -> OneTimeLink:
    """The link of a token, which can be followed now. Changes nothing. Raises Refused."""
    with app.reading() as uow:
        link = uow.one_time_links.find(purpose, digest_of_token(token))
    return _check(link, app.clock.now())


def take_link(uow: UnitOfWork, purpose: LinkPurpose, token: str, now: datetime) -> OneTimeLink:
    """The same, and nobody else follows it any more once this transaction is committed. Raises Refused."""
    digest = digest_of_token(token)
    _check(uow.one_time_links.find(purpose, digest), now)
    taken = uow.one_time_links.take(purpose, digest)
    if taken is None:
        raise Refused("link_used", USED)
    return taken


def _check(link: OneTimeLink | None, now: datetime) -> OneTimeLink:
    if link is None:
        raise Refused("no_link", NO_LINK)
    if link.ended is not None:
        raise Refused(f"link_{link.ended}", _ENDS[link.ended])
    if link.is_over(now):
        raise Refused("link_expired", EXPIRED)
    return link
