"""A 3PL asks somebody to connect their account. Whose address it is, the 3PL does not learn before they approve."""

from __future__ import annotations

from engine.application import Application
from engine.model.account import User
from engine.model.audit import AuditEntry
from engine.model.connection import Connection, ConnectionState
from engine.model.ids import new_id
from engine.ports import UnitOfWork
from engine.services.accounts.acting import require_admin
from engine.services.accounts.people import check_email
from engine.services.connections.connection_mails import mail_invitation
from engine.services.connections.refusals import SAME_ACCOUNT
from engine.services.connections.tend_connections import expire
from engine.services.refusals import Refused
from rules.messages import Text

LONGEST_NAME = 100

NOT_SHIPPING_FOR_OTHERS = Text(
    "The account does not ship for others: turn that on in the account's settings first.",
    "La cuenta no prepara pedidos de otros: actívalo antes en la configuración de la cuenta.",
)
NO_CLIENT_NAME = Text(
    "Write a client name of 1 to {limit} characters: only your own people see it.",
    "Escribe un nombre del cliente de 1 a {limit} caracteres: solo lo ve tu equipo.",
)
NO_COMPANY_NAME = Text(
    "Write a client-facing company name of 1 to {limit} characters: it is what the client sees of you.",
    "Escribe un nombre de la empresa de cara al cliente de 1 a {limit} caracteres: es lo que el cliente ve de ti.",
)
INVITED_ALREADY = Text(
    "You have invited {email} already, and the invitation waits for an answer: remove it before you send another.",
    "Ya has invitado a {email} y la invitación espera respuesta: dala de baja antes de enviar otra.",
)
CONNECTED_ALREADY = Text(
    "You are connected with {email} already: the client is called {client}.",
    "Ya estás conectado con {email}: el cliente se llama {client}.",
)


def invite_client(app: Application, actor: User, *, client_name: str, company_name: str, email: str) -> Connection:
    """An invitation that waits for an answer. What it takes tells nobody whose the address is. Raises Refused."""
    require_admin(actor)
    client_name, company_name = check_client_name(client_name), check_company_name(company_name)
    check_email(email)
    email = email.strip().lower()
    now = app.clock.now()
    with app.unit_of_work() as uow:
        provider = uow.accounts.get(actor.account_id, for_change=True)
        if not provider.ships_for_others:
            raise Refused("not_a_provider", NOT_SHIPPING_FOR_OTHERS)
        if any(colleague.email.lower() == email for colleague in uow.users.list_for(provider.id)):
            raise Refused("same_account", SAME_ACCOUNT)
        _check_open(uow, app, provider.id, email)
        connection = Connection.invite(
            new_id("con"),
            provider.id,
            client_name=client_name,
            company_name=company_name,
            email=email,
            now=now,
            actor=actor.id,
        )
        uow.connections.add(connection)
        mail_invitation(app, uow, connection, actor)
        after = {"email": email, "client_name": client_name, "company_name": company_name}
        uow.audit.append([AuditEntry(provider.id, now, actor.id, "connection.invited", connection.id, None, after)])
        uow.commit()
    return connection


def check_client_name(name: str) -> str:
    """The nickname as it is kept. Raises Refused."""
    return _check_name(name, NO_CLIENT_NAME)


def check_company_name(name: str) -> str:
    """The name for the client as it is kept. Raises Refused."""
    return _check_name(name, NO_COMPANY_NAME)


def _check_name(name: str, text: Text) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise Refused("bad_name", text, limit=LONGEST_NAME)
    return name


def _check_open(uow: UnitOfWork, app: Application, provider_id: str, email: str) -> None:
    open_one = uow.connections.find_open(provider_id, email)
    if open_one is None:
        return
    if open_one.has_expired(app.clock.now()):
        expire(uow, open_one, app.clock.now())
    elif open_one.state is ConnectionState.PENDING:
        raise Refused("invited_already", INVITED_ALREADY, email=email)
    else:
        raise Refused("connected_already", CONNECTED_ALREADY, email=email, client=open_one.client_name)
