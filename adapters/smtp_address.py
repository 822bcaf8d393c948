"""Where the mail server is, and how it is spoken to."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Security(StrEnum):
    NONE = "smtp"
    TLS = "smtps"  # from the first byte on
    STARTTLS = "smtp+starttls"  # before anything is told

    @property
    def usual_port(self) -> int:
        return _PORTS[self]


_PORTS = {Security.NONE: 25, Security.TLS: 465, Security.STARTTLS: 587}


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """The operator's mail server. Without a user nobody logs in."""

    security: Security
    host: str
    port: int
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
