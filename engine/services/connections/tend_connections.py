"""What becomes of connections with time."""

from __future__ import annotations

from datetime import datetime

from engine.application import Application
from engine.model.audit import AuditEntry
from engine.model.connection import Connection
from engine.ports import UnitOfWork
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
                expire(uow, connection, now)
            uow.commit()
        ended += len(over)
        if len(over) < AT_A_TIME:
            return ended


def expire(uow: UnitOfWork, connection: Connection, now: datetime) -> Connection:
    """An invitation that nobody answered in time, ended."""
    expired = connection.expire()
    uow.connections.update(expired)
    uow.audit.append([AuditEntry(connection.provider_id, now, "worker", "connection.expired", connection.id)])
    return expired
