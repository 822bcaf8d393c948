"""What becomes of connections with time."""

from __future__ import annotations

from engine.application import Application
from engine.model.audit import AuditEntry
from engine.services.connections.client_store import close_ended_stores

AT_A_TIME = 200


def tend_connections(app: Application) -> int:
    """What connections need without anybody asking: invitations expire, and stores of ended ones close. How many did."""
    return expire_invitations(app) + close_ended_stores(app)


def expire_invitations(app: Application) -> int:
    """End those whose time is over; how many there were."""
    now = app.clock.now()
    ended = 0
    while True:
        with app.unit_of_work() as uow:
            over = uow.connections.list_expired(now, AT_A_TIME)
            for connection in over:
                uow.connections.update(connection.expire())
                entry = AuditEntry(connection.provider_id, now, "worker", "connection.expired", connection.id)
                uow.audit.append([entry])
            uow.commit()
        ended += len(over)
        if len(over) < AT_A_TIME:
            return ended
