"""A mail server on this machine that keeps what it gets, and answers as a test wants."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from adapters.sandboxes.brightpearl import SandboxTls
from adapters.smtp_address import Security, SmtpServer

USER, PASSWORD = "relevo@casa-verde.example", "p@ss/w:rd%ñ"


@dataclass(frozen=True)
class Received:
    """One mail as it came in."""

    mail_from: str
    to: list[str]
    raw: bytes
    user: str | None

    @property
    def message(self) -> EmailMessage:
        message = message_from_bytes(self.raw, policy=policy.default)
        assert isinstance(message, EmailMessage)
        return message

    def part(self, kind: str) -> str:
        """The `plain` or the `html` part, decoded."""
        body = self.message.get_body((kind,))
        assert body is not None
        return str(body.get_content()).replace("\r\n", "\n")


@dataclass
class MailServer:
    """Where it listens, what came in, and what it says to a command instead of yes."""

    address: SmtpServer
    ca: str = ""
    received: list[Received] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)  # by command: RCPT, DATA, AUTH
    log_ins: list[str] = field(default_factory=list)

    async def handle_RCPT(self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any) -> str:  # noqa: N802
        if "RCPT" in self.answers:
            return self.answers["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if "DATA" in self.answers:
            return self.answers["DATA"]
        assert isinstance(envelope.original_content, bytes)
        user = None if session.auth_data is None else session.auth_data.decode()
        self.received.append(Received(str(envelope.mail_from), envelope.rcpt_tos, envelope.original_content, user))
        return "250 OK"

    def authenticate(self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
        self.log_ins.append(f"{data.login.decode()} {data.password.decode()}")
        right = (data.login.decode(), data.password.decode()) == (USER, PASSWORD) and "AUTH" not in self.answers
        return AuthResult(success=right, handled=right, auth_data=data.login)


@contextmanager
def mail_server(
    security: Security = Security.NONE, folder: Path | None = None, *, asks_who: bool = False
) -> Iterator[MailServer]:
    """A server while the block runs; under TLS its authority's certificate is in a file of the folder."""
    tls, ca = None, ""
    if security is not Security.NONE:
        assert folder is not None
        tls = SandboxTls(folder / "mail-ca.pem").context
        ca = (folder / "mail-ca.pem").read_text()
    user, password = (USER, PASSWORD) if asks_who else ("", "")
    server = MailServer(SmtpServer(security, "127.0.0.1", 0, user, password), ca)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)  # all in it: a browser's tests leave a loop of their own in this one
    thread.start()
    try:
        listening = asyncio.run_coroutine_threadsafe(_listen(loop, server, security, tls, asks_who), loop).result()
        port = listening.sockets[0].getsockname()[1]
        server.address = SmtpServer(security, "127.0.0.1", port, user, password)
        try:
            yield server
        finally:
            loop.call_soon_threadsafe(listening.close)
    finally:
        asyncio.run_coroutine_threadsafe(_end(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _listen(
    loop: asyncio.AbstractEventLoop, server: MailServer, security: Security, tls: ssl.SSLContext | None, asks_who: bool
) -> asyncio.Server:
    starttls = {"tls_context": tls, "require_starttls": True} if security is Security.STARTTLS else {}
    log_in = {"authenticator": server.authenticate, "auth_require_tls": False} if asks_who else {}
    options: dict[str, Any] = {"hostname": "mail.example", "enable_SMTPUTF8": True, **starttls, **log_in}
    direct = tls if security is Security.TLS else None
    return await loop.create_server(lambda: SMTP(server, loop=loop, **options), "127.0.0.1", 0, ssl=direct)


async def _end() -> None:
    """Hang up on whoever is still connected."""
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    await asyncio.sleep(0)
