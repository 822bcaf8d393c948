"""A merchant and a 3PL are connected once: what the 3PL has sent to other people of the merchant ends with the approval."""

from __future__ import annotations

from datetime import datetime

from engine.model.audit import AuditEntry
from engine.model.connection import BY_ITSELF, Connection, ConnectionState
from engine.ports import UnitOfWork


def end_other_invitations(uow: UnitOfWork, connected: Connection, client_id: str, now: datetime) -> None:
    """End the pending invitations of the same two. One whose person has other accounts, too, may still be for those."""
    for seen in uow.connections.list_for_client(client_id):
        is_pending = seen.state is ConnectionState.PENDING and not seen.has_expired(now)
        if seen.provider_id != connected.provider_id or seen.id == connected.id or not is_pending:
            continue
        if any(user.account_id != client_id for user in uow.users.list_by_email(seen.email)):
            continue
        other = uow.connections.get(client_id, seen.id, for_change=True)
        if other.state is not ConnectionState.PENDING:
            continue
        uow.connections.update(other.supersede(now))
        after = {"by": connected.id}
        for account_id in (other.provider_id, client_id):
            uow.audit.append([AuditEntry(account_id, now, BY_ITSELF, "connection.superseded", other.id, None, after)])
