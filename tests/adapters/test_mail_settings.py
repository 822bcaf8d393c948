"""Settings of mail: where the server is, how it is spoken to, and where mails come from."""

from __future__ import annotations

import pytest

from adapters.settings import Settings, SettingsError
from adapters.smtp_address import Security, SmtpServer


def codes_of(environ: dict[str, str]) -> list[str]:
    """Codes of everything wrong with these variables."""
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment(environ)
    sentences = caught.value.format("en"), caught.value.format("es")
    assert all("{" not in sentence and "RELEVO_" in sentence for sentence in sentences)
    assert sentences[0] != sentences[1]
    return [problem.code for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", SmtpServer(Security.NONE, "mail.example", 25)),
        ("smtps://mail.example/", SmtpServer(Security.TLS, "mail.example", 465)),
        ("smtp+starttls://mail.example", SmtpServer(Security.STARTTLS, "mail.example", 587)),
        ("smtps://ana%40x.example:%C3%B1%3A%2F%25@[::1]:2465", SmtpServer(Security.TLS, "::1", 2465, "ana@x.example", "ñ:/%")),
    ],
)
def test_addresses_of_mail_servers(url: str, server: SmtpServer) -> None:
    settings = Settings.from_environment({"RELEVO_SMTP_URL": url, "RELEVO_MAIL_FROM": "relevo@example.com"})

    assert settings.smtp == server
    assert server.password not in repr(settings) or not server.password


def test_who_has_a_mail_server_says_where_mails_come_from() -> None:
    assert codes_of({"RELEVO_SMTP_URL": "smtp://mail.example"}) == ["setting_no_sender"]
    assert codes_of({"RELEVO_SMTP_URL": "smtp://mail.example", "RELEVO_MAIL_FROM": "Bo <bo@x>"}) == ["setting_not_a_mail_address"]


@pytest.mark.parametrize(
    ("environ", "sender"),
    [
        ({}, "relevo@localhost"),
        ({"RELEVO_PUBLIC_URL": "https://shop.example.com:8443/x"}, "relevo@shop.example.com"),
        ({"RELEVO_PUBLIC_URL": "https://10.1.2.3"}, "relevo@localhost"),
        ({"RELEVO_PUBLIC_URL": "https://[2001:db8::1]"}, "relevo@localhost"),
        ({"RELEVO_PUBLIC_URL": "https://shop.example.com", "RELEVO_MAIL_FROM": "mail@example.com"}, "mail@example.com"),
    ],
)
def test_where_mails_come_from(environ: dict[str, str], sender: str) -> None:
    assert Settings.from_environment(environ).sender_address == sender


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("RELEVO_SMTP_URL", "mail.example:25", "setting_not_a_mail_server"),
        ("RELEVO_SMTP_URL", "http://mail.example", "setting_not_a_mail_server"),
        ("RELEVO_SMTP_URL", "smtp://", "setting_not_a_mail_server"),
        ("RELEVO_SMTP_URL", "smtp://mail.example:0", "setting_not_a_mail_server"),
        ("RELEVO_SMTP_URL", "smtp://mail.example:port", "setting_not_a_mail_server"),
        ("RELEVO_SMTP_URL", "smtp://mail.example/inbox", "setting_not_a_mail_server"),
        ("RELEVO_SMTP_URL", "smtp://mail.example?timeout=1", "setting_not_a_mail_server"),
        ("RELEVO_SMTP_URL", "smtp://user@mail.example", "setting_not_a_mail_server"),
        ("RELEVO_SMTP_URL", "smtp://:password@mail.example", "setting_not_a_mail_server"),
        ("RELEVO_SMTP_URL", "smtp://user:%FF@mail.example", "setting_not_a_mail_server"),
        ("RELEVO_SMTP_URL", "smtp://user:a%00b@mail.example", "setting_not_a_mail_server"),
        ("RELEVO_MAIL_FROM", "relevo", "setting_not_a_mail_address"),
        ("RELEVO_MAIL_FROM", '"Casa Verde" <relevo@example.com>', "setting_not_a_mail_address"),
        ("RELEVO_MAIL_FROM", "a@b.example, c@d.example", "setting_not_a_mail_address"),
        ("RELEVO_MAIL_FROM", "buzón@example.com", "setting_not_a_mail_address"),
    ],
)
def test_what_cannot_be_used_has_a_sentence(name: str, value: str, code: str) -> None:
    assert codes_of({name: value}) == [code]
