"""Mails as files, where there is no mail server: `mail/*.eml` in the data folder, readable by its owner alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from adapters.mail.message import build_message
from adapters.private_files import write_private
from engine.model.mail import Mail
from engine.model.store_preferences import StoreLogo
from engine.ports import MailUnavailable
from rules.messages import Message, Text

NOT_WRITTEN = Text("The file {file} cannot be written: {problem}", "No se puede escribir el archivo {file}: {problem}")


class FileMailSender:
    """Implements `engine.ports.MailSender`. A mail that is sent again replaces its file."""

    writes_files = True

    def __init__(self, folder: Path, from_address: str) -> None:
        self._folder = folder
        self._from = from_address

    def send(self, mail: Mail, base_url: str, logo: StoreLogo | None = None) -> None:
        message = build_message(mail, self._from, base_url, logo).as_bytes()
        file = self._file(mail.id)
        try:
            write_private(file, message)
        except OSError as error:
            problem = {"file": f"{self._folder.name}/{file.name}", "problem": error.strerror or str(error)}
            raise MailUnavailable(Message("mail_not_written", NOT_WRITTEN, problem)) from None

    def forget(self, mail_ids: Sequence[str]) -> None:
        for mail_id in mail_ids:
            self._file(mail_id).unlink(missing_ok=True)

    def _file(self, mail_id: str) -> Path:
        return self._folder / f"{mail_id}.eml"
