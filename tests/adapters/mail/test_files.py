"""Without a mail server each mail is a file."""

from __future__ import annotations

import stat
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from support.examples import NOON

from adapters.mail.files import FileMailSender
from engine.model.mail import Mail, MailContent, MailKind, MailLink
from engine.ports import MailUnavailable

CONTENT = MailContent("Invitación", ("Hola",), MailLink("Entrar", "/join"))
MAIL = Mail("mai_1", "acc_1", "ana@casa-verde.example", MailKind.COLLEAGUE_INVITED, "es", NOON, CONTENT)


def test_a_mail_is_a_file_of_its_own_that_only_its_owner_reads(tmp_path: Path) -> None:
    sender = FileMailSender(tmp_path / "mail", "relevo@localhost")
    sender.send(MAIL, "http://127.0.0.1:8080")
    sender.send(MAIL, "http://127.0.0.1:8080")

    [file] = (tmp_path / "mail").iterdir()
    assert (file.name, stat.S_IMODE(file.stat().st_mode)) == ("mai_1.eml", 0o600)
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert (message["Subject"], message["Message-ID"]) == ("Invitación", "<mai_1@localhost>")
    assert "http://127.0.0.1:8080/join" in message.get_body(("plain",)).get_content()
    assert sender.writes_files


def test_files_go_with_their_mails(tmp_path: Path) -> None:
    sender = FileMailSender(tmp_path, "relevo@localhost")
    sender.send(MAIL, "http://x")

    sender.forget(["mai_1", "mai_unknown"])

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("in the way")

    with pytest.raises(MailUnavailable) as caught:
        FileMailSender(tmp_path / "mail", "relevo@localhost").send(MAIL, "http://x")
    assert "mail/mai_1.eml" in caught.value.message.format("en")
