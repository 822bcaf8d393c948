"""Mails as files, where there is no mail server: `mail/*.eml` in the data folder, readable by its owner alone."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from adapters.mail.message import build_message
from engine.model.mail import Mail
from engine.ports import MailUnavailable
from rules.messages import Message, Text

NOT_WRITTEN = Text("The file {file} cannot be written: {problem}", "No se puede escribir el archivo {file}: {problem}")


class FileMailSender:
    """Implements `engine.ports.MailSender`. A mail that is sent again replaces its file."""

    writes_files = True

    def __init__(self, folder: Path, from_address: str) -> None:
        self._folder = folder
        self._from = from_address

    def send(self, mail: Mail, base_url: str) -> None:
        message = build_message(mail, self._from, base_url).as_bytes()
        file = self._file(mail.id)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            unfinished = file.with_suffix(".new")
            with open(unfinished, "wb", opener=_for_the_owner) as written:
                written.write(message)
                written.flush()
                os.fsync(written.fileno())
            unfinished.replace(file)
        except OSError as error:
            problem = {"file": f"{self._folder.name}/{file.name}", "problem": error.strerror or str(error)}
            raise MailUnavailable(Message("mail_not_written", NOT_WRITTEN, problem)) from None

    def forget(self, mail_ids: Sequence[str]) -> None:
        for mail_id in mail_ids:
            self._file(mail_id).unlink(missing_ok=True)

    def _file(self, mail_id: str) -> Path:
        return self._folder / f"{mail_id}.eml"


def _for_the_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
