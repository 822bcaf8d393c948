"""Hands mails to the operator's mail server."""

from __future__ import annotations

import base64
import smtplib
import ssl
from collections.abc import Sequence
from contextlib import suppress
from email.message import EmailMessage

from adapters.mail.message import build_message, domain_of
from adapters.smtp_address import Security, SmtpServer
from engine.model.mail import Mail
from engine.model.store_preferences import StoreLogo
from engine.ports import MailRefused, MailUnavailable
from rules.messages import Message, Text
from rules.visible import harmless_line

TIMEOUT_S = 30.0  # for the connection, and for each answer
LONGEST_WORDS = 400

REFUSED = Text('The mail server turned it down: "{words}"', "El servidor de correo lo rechazó: «{words}»")
PUT_OFF = Text('The mail server does not take it now: "{words}"', "El servidor de correo no lo acepta ahora: «{words}»")
UNREACHABLE = Text(
    "The mail server {host} cannot be used now: {problem}", "El servidor de correo {host} no se puede usar ahora: {problem}"
)


class SmtpMailSender:
    """Implements `engine.ports.MailSender`. A connection a mail: one that hangs keeps nothing but its own mail."""

    writes_files = False

    def __init__(self, server: SmtpServer, from_address: str, trusted_ca: str = "", timeout_s: float = TIMEOUT_S) -> None:
        self._server = server
        self._from = from_address
        self._timeout_s = timeout_s
        self._tls = ssl.create_default_context()
        if trusted_ca:
            self._tls.load_verify_locations(cadata=trusted_ca)

    def send(self, mail: Mail, base_url: str, logo: StoreLogo | None = None) -> None:
        message = build_message(mail, self._from, base_url, logo)
        try:
            self._hand_over(message, str(message["To"]))
        except smtplib.SMTPRecipientsRefused as error:
            [(code, words)] = error.recipients.values()
            raise _turned_down(code, words) from None
        except smtplib.SMTPDataError as error:
            raise _turned_down(error.smtp_code, error.smtp_error) from None
        except smtplib.SMTPResponseException as error:  # it is not this mail that the server minds
            raise MailUnavailable(Message("put_off", PUT_OFF, {"words": _words(error.smtp_code, error.smtp_error)})) from None
        except (OSError, UnicodeError) as error:
            problem = harmless_line(getattr(error, "strerror", None) or str(error) or type(error).__name__)
            raise MailUnavailable(
                Message("mail_server_unreachable", UNREACHABLE, {"host": self._server.host, "problem": problem})
            ) from None

    def forget(self, mail_ids: Sequence[str]) -> None: ...

    def _hand_over(self, message: EmailMessage, to_address: str) -> None:
        smtp = self._connect()
        try:
            if self._server.security is Security.STARTTLS:
                smtp.starttls(context=self._tls)
            if self._server.user:
                self._log_in(smtp)
            options = () if to_address.isascii() else ("SMTPUTF8", "BODY=8BITMIME")
            smtp.ehlo_or_helo_if_needed()
            if options and not smtp.has_extn("smtputf8"):
                raise _turned_down(553, f"SMTPUTF8: {to_address}")
            smtp.sendmail(self._from, [to_address], message.as_bytes(), mail_options=options)
            with suppress(OSError):  # the mail is theirs by now, whatever they answer to this
                smtp.quit()
        finally:
            smtp.close()

    def _connect(self) -> smtplib.SMTP:
        server, own_name = self._server, domain_of(self._from)
        if server.security is Security.TLS:
            return smtplib.SMTP_SSL(server.host, server.port, own_name, timeout=self._timeout_s, context=self._tls)
        return smtplib.SMTP(server.host, server.port, own_name, timeout=self._timeout_s)

    def _log_in(self, smtp: smtplib.SMTP) -> None:
        user, password = self._server.user, self._server.password
        if (user + password).isascii():
            smtp.login(user, password)
            return
        smtp.ehlo_or_helo_if_needed()  # the library knows ASCII only
        proof = base64.b64encode(b"\0%s\0%s" % (user.encode(), password.encode())).decode()
        code, words = smtp.docmd("AUTH", f"PLAIN {proof}")
        if code != 235:
            raise smtplib.SMTPAuthenticationError(code, words)


def _turned_down(code: int, words: bytes | str) -> Exception:
    """For good where the server says so, else for now."""
    said = {"words": _words(code, words)}
    if 500 <= code < 600:
        return MailRefused(Message("mail_refused", REFUSED, said))
    return MailUnavailable(Message("put_off", PUT_OFF, said))


def _words(code: int, words: bytes | str) -> str:
    """What the server says, on one line that does nothing to whoever reads it."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return harmless_line(f"{code} {text}".strip())[:LONGEST_WORDS]
