"""Looks at everything that lies encrypted in a database: does the present key open it, and whose is what it does not."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, inspect, select

from engine.model.connection import CLIENT_STORE
from engine.model.store import StoreState
from rules.messages import Message, Text
from storage.database import Database
from storage.errors import SecretKeyMissing, SecretUnreadable
from storage.tables import CarrierAccountRow, IntegratedProviderRow, MailRow, StoreRow

_STORE = Text(
    "The credentials of the store {name} ({id}) were encrypted with another RELEVO_SECRET_KEY: add that key after a comma, "
    "bring its file secret_key back from a backup, or enter them again: `python app.py stores reconnect {id}`.",
    "Las credenciales de la tienda {name} ({id}) se cifraron con otra RELEVO_SECRET_KEY: añádela tras una coma, recupera "
    "su archivo secret_key de una copia, o indícalas de nuevo: `python app.py stores reconnect {id}`.",
)
_CARRIER = Text(
    "The credentials of the carrier account {name} ({id}) were encrypted with another RELEVO_SECRET_KEY: add that key after a "
    "comma, bring its file secret_key back from a backup, or enter them again.",
    "Las credenciales de la cuenta de transporte {name} ({id}) se cifraron con otra RELEVO_SECRET_KEY: añádela tras una coma, "
    "recupera su archivo secret_key de una copia, o indícalas de nuevo.",
)
_PROVIDER = Text(
    "The secret shared with the provider's system {name} (connection {id}) was encrypted with another RELEVO_SECRET_KEY: add "
    "that key after a comma, bring its file secret_key back from a backup, or make a new one.",
    "La clave compartida con el sistema del proveedor {name} (conexión {id}) se cifró con otra RELEVO_SECRET_KEY: añade esta "
    "tras una coma, recupera su archivo secret_key de una copia, o crea una nueva.",
)
_MAILS = Text(
    "Mails that cannot be read: {count}. They were encrypted with another RELEVO_SECRET_KEY: add that key after a comma, or "
    "bring its file secret_key back from a backup.",
    "Correos que no se pueden leer: {count}. Se cifraron con otra RELEVO_SECRET_KEY: añádela tras una coma, o recupera su "
    "archivo secret_key de una copia.",
)
_store, _carrier, _provider = StoreRow, CarrierAccountRow, IntegratedProviderRow
_NAMED: tuple[tuple[Text, Select[str, str, Any]], ...] = (
    (
        _STORE,
        select(_store.id, _store.name, _store.sealed_credentials)
        .where(_store.state != StoreState.CLOSED.value, _store.kind != CLIENT_STORE)  # those have none
        .order_by(_store.id),
    ),
    (
        _CARRIER,
        select(_carrier.id, _carrier.carrier, _carrier.sealed_credentials)
        .where(_carrier.sealed_credentials.is_not(None))
        .order_by(_carrier.id),
    ),
    (_PROVIDER, select(_provider.connection_id, _provider.url, _provider.sealed_secrets).order_by(_provider.id)),
)
_SEALED = (_store.sealed_credentials, _carrier.sealed_credentials, _provider.sealed_secrets, MailRow.sealed_content)
_SEALED_MAILS = select(MailRow.sealed_content).where(MailRow.sealed_content.is_not(None))


def unreadable(database: Database) -> list[Message]:
    """What the present keys do not open, thing by thing; where there is no key at all, only that."""
    with database.begin_reading() as connection:
        if database.secrets is None:
            return [SecretKeyMissing().message] if _has_any(connection) else []
        found = [
            Message("secret_unreadable", text, {"name": name, "id": identifier})
            for text, query in _NAMED
            for identifier, name, sealed in connection.execute(query)
            if not _opens(database, sealed)
        ]
        mails = sum(not _opens(database, sealed) for sealed in connection.scalars(_SEALED_MAILS))
    return [*found, *([Message("mails_unreadable", _MAILS, {"count": mails})] if mails else [])]


def has_sealed(database: Database) -> bool:
    """Whether anything lies encrypted in the database, which may be of an older version, empty or not made yet."""
    if database.path is not None and not database.path.exists():
        return False
    with database.begin_reading() as connection:
        return _has_any(connection)


def _has_any(connection: Connection) -> bool:
    inspector = inspect(connection)
    for column in _SEALED:
        table = column.class_.__tablename__
        if not inspector.has_table(table) or column.key not in {one["name"] for one in inspector.get_columns(table)}:
            continue
        if connection.execute(select(column).where(column.is_not(None)).limit(1)).first() is not None:
            return True
    return False


def _opens(database: Database, sealed: str | None) -> bool:
    assert database.secrets is not None
    assert sealed is not None
    try:
        database.secrets.open(sealed)
    except SecretUnreadable:
        return False
    return True
