"""What mails say about connections."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from engine.application import Application
from engine.model.account import User
from engine.model.connection import Connection, ConnectionState
from engine.model.mail import MailContent, MailKind, MailLink, Recipient
from engine.model.moment_words import day_words
from engine.model.sentence import Sentence
from engine.model.transitions import Side
from engine.ports import UnitOfWork
from engine.services.mail.post_mail import post_mail
from engine.services.mail.reader_language import language_of
from engine.services.mail.tell_people import tell_admins
from rules.messages import Text

CONNECT = Text("Connect", "Conectar")
INVITATION = Text("{provider} wants to ship your orders", "{provider} quiere preparar tus pedidos")
INVITATION_SAYS = (
    Text(
        "{provider} stores and ships goods for others, and invites you to connect your account.",
        "{provider} almacena y envía mercancía para otros y te invita a conectar tu cuenta.",
    ),
    Text(
        "Once an admin of your account has approved it, you can delegate orders to {provider}, by hand or by rules. You see all "
        "that the connection means before you answer.",
        "En cuanto una persona administradora de tu cuenta lo apruebe, podrás delegar pedidos en {provider}, manualmente o con "
        "reglas. Antes de responder verás todo lo que supone la conexión.",
    ),
    Text(
        "The invitation ends on {day}. If you expected none, you may leave it unanswered.",
        "La invitación caduca el {day}. Si no la esperabas, puedes dejarla sin respuesta.",
    ),
)
ANSWERED = {
    ConnectionState.ACTIVE: Text("{client} has approved the connection", "{client} ha aprobado la conexión"),
    ConnectionState.DECLINED: Text("{client} has declined the connection", "{client} ha rechazado la conexión"),
}
ANSWERED_SAYS = {
    ConnectionState.ACTIVE: Text(
        "{client} is an active client now. Its delegated orders come to your orders by themselves.",
        "{client} ya es un cliente activo. Los pedidos que delegue llegarán solos a tus pedidos.",
    ),
    ConnectionState.DECLINED: Text(
        "You may invite {client} again once you have agreed.",
        "Puedes volver a invitar a {client} cuando lo acordéis.",
    ),
}
REMOVED = Text("{other} has removed the connection", "{other} ha dado de baja la conexión")
REMOVED_SAYS = Text(
    "The connection with {other} is removed. Orders that were open: {count}. Settle fees and products that are left.",
    "La conexión con {other} se ha dado de baja. Pedidos abiertos: {count}. Aclarad entre vosotros cuotas y productos restantes.",
)
SHOW = Text("Show the connection", "Ver la conexión")


def mail_invitation(app: Application, uow: UnitOfWork, connection: Connection, actor: User) -> None:
    """To the invited address, in the language of its person where there is one, else of the one who invites. The 3PL learns
    nothing of whose it is: neither the mail's language, nor by how much is looked up.
    """
    known = uow.users.list_by_email(connection.email)
    language = language_of(known[0] if known else actor)
    zone = ZoneInfo((known[0].time_zone if known else None) or uow.accounts.get(connection.provider_id).time_zone)
    day = "" if connection.expires_at is None else day_words(connection.expires_at.astimezone(zone).date())
    words = {"provider": connection.company_name, "day": day}
    content = MailContent(
        INVITATION.format(language, **words),
        tuple(text.format(language, **words) for text in INVITATION_SAYS),
        MailLink(CONNECT.format(language), _page(connection)),
        reply_to=actor.email,
    )
    person = (known[0].id, language, known[0].account_id) if known else (None, language)
    to = Recipient(connection.email, *person)
    post_mail(app, uow, account_id=connection.provider_id, to=to, kind=MailKind.CONNECTION_INVITED, content=content)


def mail_answer(app: Application, uow: UnitOfWork, connection: Connection, actor: User) -> None:
    """To the 3PL's admins."""
    subject = Sentence.of(ANSWERED[connection.state], client=connection.client_name)
    says = Sentence.of(ANSWERED_SAYS[connection.state], client=connection.client_name)
    kind, provider = MailKind.CONNECTION_ANSWERED, connection.provider_id
    tell_admins(app, uow, provider, kind, subject, [says], (SHOW, _page(connection)), reply_to=actor.email)


def mail_removal(app: Application, uow: UnitOfWork, connection: Connection, actor: User, open_orders: int) -> None:
    """To the admins of the other side, where there is one."""
    by_provider = connection.side_of(actor.account_id) is Side.PROVIDER
    reader = connection.client_id if by_provider else connection.provider_id
    if reader is None:
        return
    other = connection.company_name if by_provider else connection.client_name
    subject, says = Sentence.of(REMOVED, other=other), Sentence.of(REMOVED_SAYS, other=other, count=open_orders)
    tell_admins(app, uow, reader, MailKind.CONNECTION_REMOVED, subject, [says], (SHOW, _page(connection)), reply_to=actor.email)


def _page(connection: Connection) -> str:
    return f"/connections/{connection.id}"
