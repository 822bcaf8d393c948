"""The keys that encrypt credentials and sign sessions: 32 random bytes each, written in base64url, the newest first."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from pathlib import Path

from rules.messages import Message, Text

FILE_NAME = "secret_key"
_KEY_BYTES = 32

_FILE_DAMAGED = Text(
    "{path} does not hold a key any more: bring the file back from a backup, for without it the stored credentials stay closed.",
    "{path} ya no contiene una clave: recupera el archivo de una copia, pues sin él las credenciales guardadas no se abren.",
)
_FILE_UNUSABLE = Text(
    "The secret key cannot be kept in {path} ({problem}): make the folder writable, or set RELEVO_SECRET_KEY or RELEVO_DATA_DIR.",
    "La clave secreta no se puede guardar en {path} ({problem}): da permiso de escritura, "
    "o define RELEVO_SECRET_KEY o RELEVO_DATA_DIR.",
)


class SecretKeyFileError(Exception):
    """The key's file cannot be used; `message` says what to do."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(str(message))


def parse_secret_keys(text: str) -> tuple[bytes, ...]:
    """Keys of 32 bytes from base64url, padded or not, separated by commas. ValueError's argument is the bad one's position."""
    keys = []
    for position, part in enumerate(text.split(","), start=1):
        unpadded = part.strip().rstrip("=")
        try:
            key = base64.b64decode(unpadded + "=" * (-len(unpadded) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            raise ValueError(position) from None
        if len(key) != _KEY_BYTES:
            raise ValueError(position)
        keys.append(key)
    return tuple(keys)


def open_secret_keys(folder: Path) -> tuple[bytes, ...]:
    """The keys kept in the folder's file `secret_key`, created when missing; processes that start at the same time get the same.

    Raises SecretKeyFileError.
    """
    path = folder / FILE_NAME
    try:
        if not path.exists():
            _make(path)
        return parse_secret_keys(path.read_text("ascii"))
    except OSError as error:
        raise SecretKeyFileError(
            Message("secret_key_file_unusable", _FILE_UNUSABLE, {"path": str(path), "problem": error.strerror or str(error)})
        ) from None
    except ValueError:
        raise SecretKeyFileError(Message("secret_key_file_damaged", _FILE_DAMAGED, {"path": str(path)})) from None


def _make(path: Path) -> None:
    """Written beside its place first, then linked: the name appears with its whole content, and only for the first who tries."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{FILE_NAME}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(base64.urlsafe_b64encode(secrets.token_bytes(_KEY_BYTES)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return
    finally:
        draft.unlink()
