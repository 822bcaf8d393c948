"""A merchant approves or declines what a 3PL asked."""

from __future__ import annotations

from engine.application import Application
from engine.model.account import User
from engine.model.audit import AuditEntry
from engine.model.connection import AcceptedTerms, Connection, ConnectionAction
from engine.model.connection_terms import TERMS_VERSION
from engine.model.transitions import Side
from engine.ports import UnitOfWork
from engine.services.accounts.acting import require_admin
from engine.services.accounts.ship_from import NO_LOCATION
from engine.services.connections.client_store import open_client_store
from engine.services.connections.connection_mails import mail_answer
from engine.services.connections.other_invitations import end_other_invitations
from engine.services.connections.refusals import NOT_INVITED, not_any_more
from engine.services.connections.tend_connections import expire
from engine.services.deciding.rule_standings import keep_standings
from engine.services.refusals import Refused
from rules.messages import Text

TERMS_NOT_ACCEPTED = Text(
    "Confirm that you have read and understood how the connection works: tick the box, or give --accept-terms.",
    "Confirma que has leído y comprendido el proceso de conexión: marca la casilla o indica --accept-terms.",
)
CONNECTED_ALREADY = Text(
    "Your account is connected with {provider} already: remove that connection first, or decline this one.",
    "Tu cuenta ya está conectada con {provider}: da de baja esa conexión o rechaza esta.",
)
APPROVED = Text(
    "{provider} is a fulfillment provider of yours now. Your carriers are being connected with it.",
    "{provider} ya es tu proveedor de logística. Se están conectando tus empresas de transporte con él.",
)


def approve(app: Application, actor: User, connection_id: str, *, accepts_terms: bool) -> Connection:
    """The connection, active from now on. Raises Refused, with what is missing, and NotFound."""
    now = app.clock.now()
    with app.unit_of_work() as uow:
        connection = _take_up(app, uow, actor, connection_id, ConnectionAction.APPROVE)
        if not accepts_terms:
            raise Refused("terms_not_accepted", TERMS_NOT_ACCEPTED)
        obstacle = find_obstacle(uow, connection, actor.account_id)
        if obstacle is not None:
            raise obstacle
        approved = connection.approve(actor.account_id, AcceptedTerms(TERMS_VERSION, actor.id, now))
        approved = open_client_store(uow, approved, now, "client")
        uow.connections.update(approved)
        end_other_invitations(uow, approved, actor.account_id, now)
        mail_answer(app, uow, approved, actor)
        _record(uow, approved, actor, "connection.approved", {"terms": TERMS_VERSION})
        keep_standings(app, uow, approved.account_ids, now)
        uow.commit()
    return approved


def find_obstacle(uow: UnitOfWork, connection: Connection, account_id: str) -> Refused | None:
    """What the account has to settle before it can approve the invitation."""
    if not uow.locations.list_for(account_id):
        return Refused("no_location", NO_LOCATION)
    if uow.connections.find_active(connection.provider_id, account_id) is not None:
        return Refused("connected_already", CONNECTED_ALREADY, provider=connection.company_name)
    return None


def decline(app: Application, actor: User, connection_id: str) -> Connection:
    """The connection, declined. Raises Refused and NotFound."""
    with app.unit_of_work() as uow:
        connection = _take_up(app, uow, actor, connection_id, ConnectionAction.DECLINE)
        declined = connection.decline(actor.account_id, actor.id, app.clock.now())
        uow.connections.update(declined)
        mail_answer(app, uow, declined, actor)
        _record(uow, declined, actor, "connection.declined", None)
        uow.commit()
    return declined


def _take_up(app: Application, uow: UnitOfWork, actor: User, connection_id: str, action: ConnectionAction) -> Connection:
    """The invitation, locked; one that nobody answered in time has expired then."""
    uow.accounts.get(actor.account_id, for_change=True)  # two connections of one pair are not approved beside each other
    connection = uow.connections.get(actor.account_id, connection_id, for_change=True)
    require_admin(actor)
    if connection.has_expired(app.clock.now()):
        connection = expire(uow, connection, app.clock.now())
        uow.commit()
    if not connection.may(action, Side.MERCHANT):
        raise not_any_more(uow, connection, actor)
    if connection.provider_id == actor.account_id:
        raise Refused("not_invited", NOT_INVITED)
    return connection


def _record(uow: UnitOfWork, connection: Connection, actor: User, action: str, after: object) -> None:
    at = connection.answered_at or connection.created_at
    sides = (connection.provider_id, "client"), (actor.account_id, actor.id)
    uow.audit.append([AuditEntry(account_id, at, who, action, connection.id, None, after) for account_id, who in sides])
