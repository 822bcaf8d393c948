"""What can go wrong with the database, each with a sentence that a person can act on."""

from __future__ import annotations

from typing import Any

from engine.ports import SecretsUnreadable, StorageUnavailable
from rules.messages import Message, Text


class StorageError(Exception):
    """A problem of the database or its key. `message` says in both languages what to do; it never holds a secret."""

    code = "storage_error"
    text = Text("The database could not be used.", "No se pudo usar la base de datos.")

    def __init__(self, **params: Any) -> None:
        self.message = Message(self.code, self.text, params)
        super().__init__(str(self.message))


class DatabaseUrlInvalid(StorageError):
    """The address of the database cannot be used. It may hold a password, so it is never repeated."""

    code = "database_url_invalid"
    text = Text(
        "RELEVO_DATABASE_URL cannot be used: write sqlite:////path/to/relevo.db or postgresql://user:password@host/database.",
        "RELEVO_DATABASE_URL no se puede usar: escribe sqlite:////ruta/relevo.db o postgresql://usuario:clave@servidor/base.",
    )


class DatabaseUnavailable(StorageError, StorageUnavailable):
    """The database did not answer, is locked, full or damaged."""

    code = "database_unavailable"
    text = Text(
        "The database cannot be used right now ({problem}). Check that it runs and that this program may write to it.",
        "La base de datos no se puede usar ahora ({problem}). Comprueba que funciona y que este programa puede escribir en ella.",
    )


class DatabaseUnreachable(DatabaseUnavailable):
    """No connection to the server came about: it does not run, or the address, the log-in or an option in it is wrong."""

    code = "database_unreachable"
    text = Text(
        "The database cannot be used right now ({problem}). Check that it runs, and the address, user, password and options in "
        "RELEVO_DATABASE_URL.",
        "La base de datos no se puede usar ahora ({problem}). Comprueba que funciona, y la dirección, el usuario, la clave y las "
        "opciones de RELEVO_DATABASE_URL.",
    )


class DatabaseLocked(DatabaseUnavailable):
    """Another program holds the database for longer than anybody waits here."""

    code = "database_locked"
    text = Text(
        "The database is locked by another program ({problem}): wait until that has ended, a backup for example, and try again.",
        "Otro programa tiene bloqueada la base de datos ({problem}): espera a que termine, una copia por ejemplo, y reinténtalo.",
    )


class DatabaseReadOnly(DatabaseUnavailable):
    """Nothing can be written: a file or a folder without the right to, a standby, or a user with few rights."""

    code = "database_read_only"
    text = Text(
        "The database can be read but not written to ({problem}): give the user that runs Relevo the right to write to it, "
        "and to its folder if it is a file.",
        "La base de datos se puede leer pero no escribir ({problem}): da permiso de escritura al usuario que ejecuta Relevo, "
        "también en la carpeta si es un archivo.",
    )


class DatabaseTooNew(StorageError):
    """The database was prepared by a later version of this program."""

    code = "database_too_new"
    text = Text(
        "The database is at version {found}, this program knows versions up to {known}: start the Relevo that prepared it.",
        "La base de datos está en la versión {found} y este programa conoce hasta la {known}: usa el Relevo que la preparó.",
    )


class DatabaseDiffers(StorageError):
    """The database lacks a table, or something of one, though its version says otherwise."""

    code = "database_differs"
    text = Text("{problem} `python app.py doctor` lists everything.", "{problem} `python app.py doctor` lo enumera todo.")


class ConflictingWrite(StorageError):
    """The database refuses a row that contradicts another one, such as a second account with one slug."""

    code = "conflicting_write"
    text = Text(
        "This contradicts something that is there already or was written at the same moment: look again, then retry.",
        "Esto contradice algo que ya existe o que se escribió en el mismo momento: vuelve a mirar e inténtalo.",
    )


class SecretKeyInvalid(StorageError):
    """A key is not 32 bytes in base64url."""

    code = "secret_key_invalid"
    text = Text(
        "RELEVO_SECRET_KEY must be 32 random bytes in base64url; several keys are separated by commas, the newest first.",
        "RELEVO_SECRET_KEY debe ser 32 bytes aleatorios en base64url; varias claves se separan con comas, la más nueva primero.",
    )


class SecretUnreadable(StorageError, SecretsUnreadable):
    """Something was encrypted with a key that is not among the present ones."""

    code = "secret_unreadable"
    text = Text(
        "The stored credentials were encrypted with another RELEVO_SECRET_KEY: add that key after a comma, bring its file "
        "secret_key back from a backup, or enter the credentials again.",
        "Las credenciales guardadas se cifraron con otra RELEVO_SECRET_KEY: añádela tras una coma, recupera su archivo "
        "secret_key de una copia, o indica las credenciales de nuevo.",
    )


class SecretKeyMissing(StorageError, SecretsUnreadable):
    """Credentials were to be read or written without a key."""

    code = "secret_key_missing"
    text = Text(
        "Credentials are stored here, and the key that opens them is missing: bring the file secret_key back from a backup, or "
        "set RELEVO_SECRET_KEY.",
        "Aquí hay credenciales guardadas y falta la clave que las abre: recupera el archivo secret_key de una copia, o define "
        "RELEVO_SECRET_KEY.",
    )
