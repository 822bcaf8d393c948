"""The operator's settings, from environment variables that start with RELEVO_. docs/settings.md describes each."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self, TypeVar
from urllib.parse import urlsplit

from adapters.printer_address import NamedPrinter
from adapters.setting_values import (
    Network,
    WrongValue,
    parse_certificates,
    parse_choice,
    parse_database_url,
    parse_days,
    parse_folder,
    parse_host,
    parse_hosts,
    parse_keys,
    parse_language,
    parse_mail_address,
    parse_networks,
    parse_number,
    parse_printers,
    parse_public_url,
    parse_redis_url,
    parse_smtp_url,
    parse_switch,
)
from adapters.smtp_address import SmtpServer
from engine.model.retention import DEFAULT_RETENTION, Retention
from rules.messages import Language, Message, Text

T = TypeVar("T")

PREFIX = "RELEVO_"
LOG_LEVELS = ("debug", "info", "warning", "error")
MAX_WORKERS = 64

# What holds without a variable, as it would be written; an empty text means that the default is worked out at the start.
DEFAULTS: Mapping[str, str] = {
    "RELEVO_DATA_DIR": "./var",
    "RELEVO_DATABASE_URL": "",
    "RELEVO_REDIS_URL": "",
    "RELEVO_SECRET_KEY": "",
    "RELEVO_ALLOW_NETWORKS": "",
    "RELEVO_PUBLIC_URL": "",
    "RELEVO_TRUSTED_CA": "",
    "RELEVO_SMTP_URL": "",
    "RELEVO_MAIL_FROM": "",
    "RELEVO_ALLOWED_HOSTS": "",
    "RELEVO_TRUSTED_PROXIES": "",
    "RELEVO_PRINTERS": "",
    "RELEVO_HOST": "127.0.0.1",
    "RELEVO_PORT": "8080",
    "RELEVO_DEMO": "1",
    "RELEVO_SIGN_UP": "on",
    "RELEVO_LANGUAGE": "en",
    "RELEVO_LOG_LEVEL": "info",
    "RELEVO_WORKERS": "2",
    "RELEVO_RETENTION_DECISIONS": str(DEFAULT_RETENTION.decisions),
    "RELEVO_RETENTION_AUDIT": str(DEFAULT_RETENTION.audit),
    "RELEVO_RETENTION_ALERTS": str(DEFAULT_RETENTION.alerts),
    "RELEVO_RETENTION_SKIPPED": str(DEFAULT_RETENTION.skipped),
    "RELEVO_RETENTION_IMPORTS": str(DEFAULT_RETENTION.imports),
    "RELEVO_RETENTION_MAILS": str(DEFAULT_RETENTION.mails),
    "RELEVO_RETENTION_DOCUMENTS": str(DEFAULT_RETENTION.documents),
}

_BOTH_SET = Text("{name} and {name}_FILE are both set: keep one of them.", "{name} y {name}_FILE están definidas: deja solo una.")
_FILE_UNREADABLE = Text(
    "{name} names {path}, which cannot be read ({problem}): check the path and who may read it.",
    "{name} indica {path}, que no se puede leer ({problem}): comprueba la ruta y los permisos.",
)
_UNKNOWN = Text(
    "{name} is not a setting of Relevo and is ignored: docs/settings.md lists them all.",
    "{name} no es un ajuste de Relevo y se ignora: docs/settings.md los enumera todos.",
)
_UNKNOWN_NEAR = Text(
    "{name} is not a setting of Relevo and is ignored: did you mean {nearest}?",
    "{name} no es un ajuste de Relevo y se ignora: ¿querías decir {nearest}?",
)
_NO_SENDER = Text(
    "RELEVO_SMTP_URL is set, so RELEVO_MAIL_FROM has to be too: write the address that mails come from, such as "
    "relevo@example.com.",
    "RELEVO_SMTP_URL está definida, así que RELEVO_MAIL_FROM también debe estarlo: escribe la dirección de la que salen los "
    "correos, como relevo@example.com.",
)
_FROM_FILE = Text("what that file holds", "lo que contiene ese archivo")


class SettingsError(Exception):
    """Settings that cannot be used: every problem with its sentence, in the language asked for."""

    def __init__(self, problems: Sequence[Message], language: Language = "en") -> None:
        self.problems = tuple(problems)
        self.language = language
        super().__init__(self.format(language))

    def format(self, language: Language) -> str:
        """One sentence a line. No secret is in them."""
        return "\n".join(problem.format(language) for problem in self.problems)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the operator decided. Secrets are left out of the printed form."""

    data_dir: Path  # absolute; need not exist yet
    database_url: str = field(repr=False)  # sqlite:///… or postgresql+psycopg://…
    redis_url: str = field(repr=False)  # redis://…, rediss://… or unix://…; empty when not used
    secret_keys: tuple[bytes, ...] = field(repr=False)  # as set, the newest first; empty when the data folder keeps it
    allow_networks: tuple[Network, ...]  # private networks that addresses given by tenants may lead to
    host: str
    port: int  # 0 takes any free one
    demo: bool
    language: Language
    log_level: str
    workers: int  # threads of the embedded runner
    trusted_ca: str = ""  # PEM: certificate authorities that calls to stores trust besides the public ones
    retention: Retention = DEFAULT_RETENTION  # how long what is kept of the past stays
    public_url: str | None = None  # where this service is reached from outside, no slash at the end
    smtp: SmtpServer | None = None  # without one, mails become files in the data folder
    mail_from: str = ""  # empty: made of what is known of this service's own name
    allowed_hosts: tuple[str, ...] = ()  # names that the pages answer to; without any, those that are known to be ours
    sign_up: bool = True  # whether people make accounts by themselves
    trusted_proxies: tuple[Network, ...] = ()  # whose word on the browser behind them counts
    printers: tuple[NamedPrinter, ...] = ()  # of the network, that accounts may print on
    unknown: tuple[Message, ...] = ()  # warnings about variables that look like settings but are none

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """The settings in these variables; an empty variable counts as not set. Makes nothing on the disk.

        Raises SettingsError with all problems at once.
        """
        reader = _Reader(environ)
        data_dir = reader.read("RELEVO_DATA_DIR", parse_folder)
        allow_networks = reader.read("RELEVO_ALLOW_NETWORKS", parse_networks)
        settings = cls(
            data_dir=data_dir,
            database_url=reader.read("RELEVO_DATABASE_URL", parse_database_url) or f"sqlite:///{data_dir / 'relevo.db'}",
            redis_url=reader.read("RELEVO_REDIS_URL", parse_redis_url),
            secret_keys=reader.read("RELEVO_SECRET_KEY", parse_keys),
            allow_networks=allow_networks,
            host=reader.read("RELEVO_HOST", parse_host),
            port=reader.read("RELEVO_PORT", lambda value: parse_number(value, 0, 65535)),
            demo=reader.read("RELEVO_DEMO", parse_switch),
            language=reader.read("RELEVO_LANGUAGE", parse_language),
            log_level=reader.read("RELEVO_LOG_LEVEL", lambda value: parse_choice(value.lower(), LOG_LEVELS)),
            workers=reader.read("RELEVO_WORKERS", lambda value: parse_number(value, 1, MAX_WORKERS)),
            retention=Retention(
                decisions=reader.read("RELEVO_RETENTION_DECISIONS", parse_days),
                audit=reader.read("RELEVO_RETENTION_AUDIT", parse_days),
                alerts=reader.read("RELEVO_RETENTION_ALERTS", parse_days),
                skipped=reader.read("RELEVO_RETENTION_SKIPPED", parse_days),
                imports=reader.read("RELEVO_RETENTION_IMPORTS", parse_days),
                mails=reader.read("RELEVO_RETENTION_MAILS", parse_days),
                documents=reader.read("RELEVO_RETENTION_DOCUMENTS", parse_days),
            ),
            public_url=reader.read("RELEVO_PUBLIC_URL", lambda value: parse_public_url(value, allow_networks)),
            sign_up=reader.read("RELEVO_SIGN_UP", parse_switch),
            trusted_ca=reader.read("RELEVO_TRUSTED_CA", parse_certificates),
            smtp=reader.read("RELEVO_SMTP_URL", parse_smtp_url),
            mail_from=reader.read("RELEVO_MAIL_FROM", parse_mail_address),
            allowed_hosts=reader.read("RELEVO_ALLOWED_HOSTS", parse_hosts),
            trusted_proxies=reader.read("RELEVO_TRUSTED_PROXIES", parse_networks),
            printers=reader.read("RELEVO_PRINTERS", parse_printers),
            unknown=_list_unknown(environ),
        )
        if settings.smtp is not None and not settings.mail_from and not reader.has_met("RELEVO_MAIL_FROM"):
            reader.problems.append(Message("setting_no_sender", _NO_SENDER))
        if reader.problems:
            raise SettingsError(reader.problems, settings.language)
        return settings

    @property
    def local_url(self) -> str | None:
        """Where this machine itself reaches the service; None when that is not known before it listens."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "localhost") else self.host  # noqa: S104 - compared, not listened on
        return f"http://{host}:{self.port}" if host == "127.0.0.1" and self.port else None

    @property
    def sender_address(self) -> str:
        """What mails come from."""
        host = "" if self.public_url is None else urlsplit(self.public_url).hostname or ""
        is_name = host.isascii() and "." in host and not re.fullmatch(r"[\d.]+", host) and ":" not in host
        return self.mail_from or f"relevo@{host if is_name else 'localhost'}"

    def open_secret_keys(self) -> tuple[bytes, ...]:
        """The keys, 32 bytes each, the newest first: the set ones, else the data folder's, made there at the first start.

        Raises SettingsError.
        """
        if self.secret_keys:
            return self.secret_keys
        from adapters.secret_key import SecretKeyFileError, open_secret_keys  # here: most commands open nothing

        try:
            return open_secret_keys(self.data_dir)
        except SecretKeyFileError as error:
            raise SettingsError([error.message], self.language) from None


def find_data_dir(environ: Mapping[str, str]) -> Path:
    """That of the settings, whatever is wrong with others of them; its default where it is wrong itself.

    Raises SettingsError when not even that can be used.
    """
    return _Reader(environ).read("RELEVO_DATA_DIR", parse_folder)


class _Reader:
    """Reads one variable after the other and keeps what is wrong with them."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self.problems: list[Message] = []

    def read(self, name: str, parse: Callable[[str], T]) -> T:
        """The setting's value; its default when it is not set or is wrong. Raises SettingsError when that one is wrong too."""
        source, raw = self._find(name)
        if raw:
            try:
                return parse(raw)
            except WrongValue as wrong:
                # What stands in a file is not shown: the file may be another setting's secret.
                value = _FROM_FILE if source != name else f"'{wrong.params.get('value', raw)}'"
                self.problems.append(Message(wrong.code, wrong.text, {**wrong.params, "name": source, "value": value}))
        try:
            return parse(DEFAULTS[name])
        except WrongValue as wrong:  # a file may stand where the folder is made
            value = f"'{DEFAULTS[name]}'"
            self.problems.append(Message(wrong.code, wrong.text, {**wrong.params, "name": name, "value": value}))
            raise SettingsError(self.problems, self.read("RELEVO_LANGUAGE", parse_language)) from None

    def has_met(self, name: str) -> bool:
        """Whether something is wrong with a setting itself."""
        return any(problem.params.get("name") in (name, f"{name}_FILE") for problem in self.problems)

    def _find(self, name: str) -> tuple[str, str]:
        """The variable that sets it, and the text."""
        direct = self._environ.get(name, "").strip()
        path = self._environ.get(f"{name}_FILE", "").strip()
        if direct and path:
            self.problems.append(Message("setting_set_twice", _BOTH_SET, {"name": name}))
            return name, ""
        if not path:
            return name, direct
        try:
            return f"{name}_FILE", Path(path).read_text("utf-8").strip()
        except OSError as error:
            problem = error.strerror or str(error)
        except ValueError:
            problem = "not UTF-8"
        self.problems.append(
            Message("setting_file_unreadable", _FILE_UNREADABLE, {"name": f"{name}_FILE", "path": path, "problem": problem})
        )
        return name, ""


def _list_unknown(environ: Mapping[str, str]) -> tuple[Message, ...]:
    known = {*DEFAULTS, *(f"{name}_FILE" for name in DEFAULTS)}
    warnings = []
    for name in sorted(environ):
        if not name.startswith(PREFIX) or name in known:
            continue
        # Compared without the prefix: it would make every name look like every other.
        near = difflib.get_close_matches(name.removeprefix(PREFIX), [other.removeprefix(PREFIX) for other in sorted(known)], 1)
        if near:
            warnings.append(Message("setting_unknown_near", _UNKNOWN_NEAR, {"name": name, "nearest": PREFIX + near[0]}))
        else:
            warnings.append(Message("setting_unknown", _UNKNOWN, {"name": name}))
    return tuple(warnings)
