"""Consents that people were sent to give."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, insert

from engine.model.authorisation import PendingAuthorisation
from engine.ports import SecretsUnreadable
from rules.order_document import dumps, loads
from storage.errors import SecretKeyMissing
from storage.secret_box import SecretBox
from storage.tables import AuthorisationRow


class SqlAuthorisations:
    """Implements `engine.ports.Authorisations`. What is to be connected lies encrypted in the database."""

    def __init__(self, connection: Connection, secrets: SecretBox | None) -> None:
        self._connection = connection
        self._secrets = secrets

    def add(self, pending: PendingAuthorisation) -> None:
        self.forget_ended(pending.began_at)
        values = {
            "state_digest": pending.state_digest,
            "account_id": pending.account_id,
            "begun_by": pending.user,
            "began_at": pending.began_at,
            "ends_at": pending.ends_at,
            "sealed_request": self._box().seal(dumps(dict(pending.request))),
        }
        self._connection.execute(insert(AuthorisationRow), values)

    def take(self, state_digest: str, account_id: str, user: str) -> PendingAuthorisation | None:
        row = AuthorisationRow
        taken = self._connection.execute(
            delete(row)
            .where(row.state_digest == state_digest, row.account_id == account_id, row.begun_by == user)
            .returning(row.began_at, row.ends_at, row.sealed_request)
        ).first()
        if taken is None:
            return None
        try:
            request = loads(self._box().open(taken.sealed_request))
        except SecretsUnreadable:  # begun before the key was replaced: it has to be begun again
            return None
        return PendingAuthorisation(state_digest, account_id, user, taken.began_at, taken.ends_at, request)

    def forget_ended(self, now: datetime) -> None:
        self._connection.execute(delete(AuthorisationRow).where(AuthorisationRow.ends_at <= now))

    def _box(self) -> SecretBox:
        if self._secrets is None:
            raise SecretKeyMissing()
        return self._secrets
