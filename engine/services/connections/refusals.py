"""What stands in the way of connecting, in words, and what has happened meanwhile."""

from __future__ import annotations

from engine.model.account import User
from engine.model.connection import Connection, ConnectionState
from engine.ports import UnitOfWork
from engine.services.refusals import Refused
from rules.messages import Text

NOT_INVITED = Text(
    "Only the invited side can approve or decline it: yours can remove the invitation.",
    "Solo la parte invitada puede aprobarla o rechazarla: la tuya puede dar de baja la invitación.",
)
SAME_ACCOUNT = Text("An account cannot be its own client.", "Una cuenta no puede ser su propio cliente.")
STATE_WORDS = {
    ConnectionState.PENDING: Text("Pending", "Pendiente"),
    ConnectionState.ACTIVE: Text("Active", "Activo"),
    ConnectionState.DECLINED: Text("Declined", "Rechazado"),
    ConnectionState.EXPIRED: Text("Expired", "Caducado"),
    ConnectionState.REMOVED: Text("Removed", "Dado de baja"),
}
_MEANWHILE = {
    ConnectionState.PENDING: Text("The connection still waits for an answer.", "La conexión todavía espera una respuesta."),
    ConnectionState.ACTIVE: Text("{who} has approved the connection already.", "{who} ya ha aprobado la conexión."),
    ConnectionState.DECLINED: Text(
        "{who} has declined the connection: a new invitation may be sent.",
        "{who} ha rechazado la conexión: se puede enviar otra invitación.",
    ),
    ConnectionState.EXPIRED: Text(
        "The invitation has expired: ask {who} for a new one.", "La invitación ha caducado: pide otra a {who}."
    ),
    ConnectionState.REMOVED: Text("{who} has removed the connection.", "{who} ha dado de baja la conexión."),
}
_EXPIRED_UNANSWERED = Text(
    "The invitation has expired without an answer: you can send another.",
    "La invitación ha caducado sin respuesta: puedes enviar otra.",
)
_SUPERSEDED = Text(
    "The invitation has ended: another one of {provider} was approved.",
    "La invitación ha terminado: se aprobó otra de {provider}.",
)
THE_OPERATOR = Text("The operator", "El administrador del servicio")


def not_any_more(uow: UnitOfWork, connection: Connection, reader: User) -> Refused:
    """Why the connection's state does not allow it: what has happened, and who did it, as far as the reader may know."""
    code = f"connection_{connection.state.value}"
    if connection.state is ConnectionState.EXPIRED and reader.account_id == connection.provider_id:
        return Refused(code, _EXPIRED_UNANSWERED)
    if connection.was_superseded:
        return Refused(code, _SUPERSEDED, provider=connection.company_name)
    return Refused(code, _MEANWHILE[connection.state], who=_who(uow, connection, reader))


def _who(uow: UnitOfWork, connection: Connection, reader: User) -> str | Text:
    if connection.state is ConnectionState.EXPIRED:
        return connection.company_name
    if connection.last_actor == "operator":
        return THE_OPERATOR
    colleague = uow.users.find(reader.account_id, connection.last_actor)
    if colleague is not None:
        return colleague.email
    return connection.client_name if reader.account_id == connection.provider_id else connection.company_name
