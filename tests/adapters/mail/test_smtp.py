"""Mails go to a real mail server on this machine: plainly, under TLS, with a log-in; and what it says is understood."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.examples import NOON
from support.mail_server import PASSWORD, USER, MailServer, Received, mail_server

from adapters.mail.smtp import SmtpMailSender
from adapters.smtp_address import Security, SmtpServer
from engine.model.mail import Mail, MailContent, MailKind, MailLink
from engine.ports import MailRefused, MailUnavailable

SENDER, BASE = "relevo@casa-verde.example", "https://relevo.example/app"
SUBJECT = "¡Pedido 7001 — listo! «Casa Verde» " + "y más, " * 20
PARAGRAPHS = ("Hola, Ana:", 'El pedido <b>7001</b> & "otros" está listo.\nSegunda línea.', "ñ" * 3000, ".\n..punto")


def a_mail(**changes: Any) -> Mail:
    content = MailContent(SUBJECT.strip(), PARAGRAPHS, MailLink("Ver el pedido", "/orders/ord_1?a=1&b=2"))
    values: dict[str, Any] = {"to_address": "ana@casa-verde.example", "kind": MailKind.REQUEST_REJECTED, "language": "es"}
    return Mail(**{"id": "mai_1", "account_id": "acc_1", "created_at": NOON, "content": content, **values, **changes})


def sender_to(server: MailServer, **changes: Any) -> SmtpMailSender:
    return SmtpMailSender(replace(server.address, **changes), SENDER, server.ca)


def sent(mail: Mail) -> Received:
    """The mail as it came in."""
    with mail_server() as server:
        sender_to(server).send(mail, BASE)
        [received] = server.received
    return received


@pytest.mark.parametrize("security", list(Security))
@pytest.mark.parametrize("asks_who", [False, True])
def test_a_mail_arrives(tmp_path: Path, security: Security, asks_who: bool) -> None:
    with mail_server(security, tmp_path, asks_who=asks_who) as server:
        sender_to(server).send(a_mail(), BASE)

    [received] = server.received
    assert (received.mail_from, received.to) == (SENDER, ["ana@casa-verde.example"])
    assert received.user == (USER if asks_who else None)
    assert received.message["Subject"] == SUBJECT.strip()


def test_a_password_in_ascii_is_sent_as_the_server_likes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("support.mail_server.PASSWORD", "plain one")
    with mail_server(asks_who=True) as server:
        sender_to(server).send(a_mail(), BASE)
    assert (len(server.received), set(server.log_ins)) == (1, {f"{USER} plain one"})


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_a_server_that_nobody_vouches_for_is_told_nothing(tmp_path: Path, security: Security) -> None:
    with mail_server(security, tmp_path, asks_who=True) as server:
        stranger = SmtpMailSender(server.address, SENDER)
        with pytest.raises(MailUnavailable) as caught:
            stranger.send(a_mail(), BASE)
        other_name = SmtpMailSender(replace(server.address, host="127.0.0.2"), SENDER, server.ca)
        with pytest.raises(MailUnavailable):
            other_name.send(a_mail(), BASE)

    assert (server.received, server.log_ins) == ([], [])
    assert "certificate" in caught.value.message.format("en").lower()


def test_a_server_without_starttls_gets_nothing_in_plain() -> None:
    with mail_server() as server, pytest.raises(MailUnavailable):
        sender_to(server, security=Security.STARTTLS, user=USER, password=PASSWORD).send(a_mail(), BASE)
    assert server.received == []


def test_headers_are_few_and_right() -> None:
    message = sent(a_mail()).message

    assert message["From"] == SENDER
    assert message["To"] == "ana@casa-verde.example"
    assert message["Message-ID"] == "<mai_1@casa-verde.example>"
    assert message["Content-Language"] == "es"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime == NOON.replace(microsecond=0)


def test_both_parts_hold_all_of_it_and_one_link() -> None:
    received = sent(a_mail())
    plain, html = received.part("plain"), received.part("html")

    assert received.message.get_content_type() == "multipart/alternative"
    assert plain == "\n\n".join([*PARAGRAPHS, "Ver el pedido:\nhttps://relevo.example/app/orders/ord_1?a=1&b=2"]) + "\n"
    assert re.findall(r"<a [^>]*href=\"([^\"]*)\"", html) == ["https://relevo.example/app/orders/ord_1?a=1&amp;b=2"]
    assert html.count("<a ") == 1
    assert "El pedido &lt;b&gt;7001&lt;/b&gt; &amp; &quot;otros&quot; está listo.<br>" in html
    assert "ñ" * 3000 in html
    assert '<html lang="es">' in html
    assert "Ver el pedido</a>" in html


def test_without_a_link_there_is_none() -> None:
    received = sent(a_mail(content=MailContent("s", ("look at https://elsewhere.example",))))

    assert "<a " not in received.part("html")
    assert received.part("plain") == "look at https://elsewhere.example\n"


def test_no_line_is_longer_than_mail_servers_take() -> None:
    long = a_mail(content=MailContent("x" * 900, ("w" * 5000, "ñ " * 3000)))

    received = sent(long)

    assert max(map(len, received.raw.split(b"\r\n"))) <= 100
    assert "w" * 5000 in received.part("plain")


@pytest.mark.parametrize("injected", ["Hi\r\nBcc: eve@elsewhere.example", "Hi\nBcc: eve@elsewhere.example", "Hi\x00\u2028Bcc: e"])
def test_nobody_writes_headers_by_a_subject(injected: str) -> None:
    received = sent(a_mail(content=MailContent(injected, ("x",), MailLink(injected, "/"))))

    assert received.message["Bcc"] is None
    assert received.message["Subject"].startswith("Hi Bcc: e")
    assert received.to == ["ana@casa-verde.example"]


@pytest.mark.parametrize(
    "address",
    ["a@b.example\r\nBcc: eve@x.example", "a@b.example,eve@x.example", "<a@b.example>", "nobody", "[erased]", "a b@c.example"],
)
def test_what_is_no_address_is_refused_before_anything_is_sent(address: str) -> None:
    with mail_server() as server, pytest.raises(MailRefused) as caught:
        sender_to(server).send(a_mail(to_address=address), BASE)
    assert server.received == []
    assert "\r" not in caught.value.message.format("en")


def test_names_of_hosts_travel_in_ascii_and_other_addresses_as_they_are() -> None:
    assert sent(a_mail(to_address="ana@españa.example")).to == ["ana@xn--espaa-rta.example"]
    received = sent(a_mail(to_address="josé@españa.example"))
    assert received.to == ["josé@xn--espaa-rta.example"]
    assert received.message["Subject"] == SUBJECT.strip()


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
def test_a_no_for_good_is_a_refusal_in_the_servers_words(command: str) -> None:
    with mail_server() as server:
        server.answers[command] = "550 5.1.1 No such {user} \x1b[31mhere"
        with pytest.raises(MailRefused) as caught:
            sender_to(server).send(a_mail(), BASE)

    sentence = caught.value.message.format("es")
    assert sentence == "El servidor de correo lo rechazó: «550 5.1.1 No such {user} <U+001B>[31mhere»"


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
def test_a_no_for_now_can_be_tried_again(command: str) -> None:
    with mail_server() as server:
        server.answers[command] = "451 4.7.1 Greylisted"
        with pytest.raises(MailUnavailable) as caught:
            sender_to(server).send(a_mail(), BASE)
        assert "451 4.7.1 Greylisted" in caught.value.message.format("en")
        server.answers.clear()
        sender_to(server).send(a_mail(), BASE)
    assert len(server.received) == 1


def test_a_wrong_password_of_the_operator_costs_no_mail_and_is_not_repeated() -> None:
    with mail_server(asks_who=True) as server, pytest.raises(MailUnavailable) as caught:
        sender_to(server, password="hunter2").send(a_mail(), BASE)

    assert "535" in caught.value.message.format("en")
    assert "hunter2" not in caught.value.message.format("en") + repr(server.address)
    assert PASSWORD not in repr(server.address)


def test_a_server_that_is_not_there_is_unavailable() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = SmtpServer(Security.NONE, "127.0.0.1", taken.getsockname()[1])
        with pytest.raises(MailUnavailable) as caught:
            SmtpMailSender(address, SENDER).send(a_mail(), BASE)
    assert "127.0.0.1" in caught.value.message.format("es")


@contextmanager
def scripted(*answers: bytes, hang: bool = False) -> Iterator[SmtpServer]:
    """A server that says these lines, one for each command it gets, and then hangs or hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        over = threading.Event()

        def serve() -> None:
            connection, _ = listening.accept()
            with connection, connection.makefile("rb") as lines:
                for answer in answers:
                    connection.sendall(answer)
                    line = lines.readline()
                    while answer.startswith(b"354") and line not in (b".\r\n", b""):
                        line = lines.readline()
                if hang:
                    over.wait()

        thread = threading.Thread(target=serve)
        thread.start()
        yield SmtpServer(Security.NONE, "127.0.0.1", listening.getsockname()[1])
        over.set()
        thread.join()


def test_a_server_that_hangs_is_given_up() -> None:
    with scripted(b"220 hello\r\n", hang=True) as address, pytest.raises(MailUnavailable):
        SmtpMailSender(address, SENDER, timeout_s=0.05).send(a_mail(), BASE)


def test_what_the_server_took_is_sent_whatever_it_says_to_the_farewell() -> None:
    ok = b"250 ok\r\n"
    with scripted(b"220 hello\r\n", ok, ok, ok, b"354 go\r\n", ok, b"500 what?\r\n") as address:
        SmtpMailSender(address, SENDER).send(a_mail(), BASE)
    with scripted(b"220 hello\r\n", ok, ok, ok, b"354 go\r\n", ok) as address:
        SmtpMailSender(address, SENDER).send(a_mail(), BASE)
