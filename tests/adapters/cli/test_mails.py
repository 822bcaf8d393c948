"""`mails`: what an account has written, by command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.command_line import PASSWORD, Call

from app import Runtime
from engine.model.mail import MailContent, MailKind, MailLink, Recipient
from engine.services.mail.post_mail import post_mail

OWNER, MEMBER, BUYER = "owner@merchant-a.example", "bo@merchant-a.example", "buyer@elsewhere.example"
INVITED = MailContent("Einladung ñ", ("Hello",), MailLink("Join", "/join/1"))


def post(slug: str, kind: MailKind = MailKind.CONNECTION_INVITED) -> str:
    runtime = Runtime()
    app = runtime.application
    with app.unit_of_work() as uow:
        account = uow.accounts.find_by_slug(slug)
        assert account is not None
        mail = post_mail(app, uow, account_id=account.id, to=Recipient(BUYER, None, "es"), kind=kind, content=INVITED)
        uow.commit()
    runtime.database.close()
    assert mail is not None
    return mail.id


def test_mails_are_listed_and_sent_again_as_files(relevo: Call, merchant: str, tmp_path: Path) -> None:
    mail_id = post(merchant)
    [waiting] = relevo("mails", "list", "--account", merchant, "--json").json["mails"]
    assert {name: waiting[name] for name in ("id", "to", "kind", "state", "sent_at", "error")} == {
        "id": mail_id,
        "to": BUYER,
        "kind": "connection_invited",
        "state": "waiting",
        "sent_at": None,
        "error": None,
    }
    assert "has not been sent yet" in relevo("mails", "send-again", mail_id, "--account", merchant).sentence

    assert relevo("worker", "--drain").code == 0
    file = tmp_path / "data" / "mail" / f"{mail_id}.eml"
    assert b"http://localhost/join/1" in file.read_bytes()
    assert b"From: relevo@localhost\r\n" in file.read_bytes()
    [sent] = relevo("mails", "list", "--account", merchant, "--by", OWNER, "--json").json["mails"]
    assert (sent["state"], sent["created_at"]) == ("sent", waiting["created_at"])
    assert sent["sent_at"] > waiting["created_at"]

    file.unlink()
    again = relevo("mails", "send-again", mail_id, "--account", merchant, "--by", OWNER, "--json").json
    assert again == {"id": mail_id, "state": "waiting"}
    assert relevo("worker", "--drain").code == 0
    assert file.exists()
    listed = relevo("mails", "list", "--account", merchant).out.decode()
    assert listed.startswith(f"{mail_id}  {BUYER}  connection_invited  sent  ")


def test_a_server_that_cannot_be_reached_stands_in_the_list(relevo: Call, merchant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELEVO_SMTP_URL", "smtp://user:hunter2@127.0.0.1:1")
    monkeypatch.setenv("RELEVO_MAIL_FROM", "relevo@example.com")
    post(merchant)
    drained = relevo("worker", "--drain")

    listed = relevo("mails", "list", "--account", merchant, "--json")
    assert "127.0.0.1" in listed.json["mails"][0]["error"]
    assert "hunter2" not in f"{drained}{listed}"


def test_admins_alone_ask(relevo: Call, merchant: str) -> None:
    added = relevo(
        *("people", "add", "--account", merchant, "--email", MEMBER, "--role", "member", "--password-stdin"),
        stdin=f"{PASSWORD}\n",
    )
    assert added.code == 0
    assert "is not an admin" in relevo("mails", "list", "--account", merchant, "--by", MEMBER).sentence
    assert "Nobody in the account" in relevo("mails", "list", "--account", merchant, "--by", BUYER).sentence
    assert "There is no account" in relevo("mails", "list", "--account", "nobody").sentence
    assert relevo("mails", "list", "--account", merchant).out.decode() == f"{merchant} has not written any mail yet.\n"
