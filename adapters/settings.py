"""The operator's settings, from environment variables that start with RELEVO_. docs/settings.md describes each."""

from __future__ import annotations

import difflib
import ipaddress
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, TypeVar, cast
from urllib.parse import urlsplit

from engine.model.retention import DEFAULT_RETENTION, Retention
from rules.messages import LANGUAGES, Language, Message, Text

T = TypeVar("T")
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

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
    "RELEVO_ALLOWED_HOSTS": "",
    "RELEVO_TRUSTED_PROXIES": "",
    "RELEVO_HOST": "127.0.0.1",
    "RELEVO_PORT": "8080",
    "RELEVO_DEMO": "1",
    "RELEVO_LANGUAGE": "en",
    "RELEVO_LOG_LEVEL": "info",
    "RELEVO_WORKERS": "2",
    "RELEVO_RETENTION_DECISIONS": str(DEFAULT_RETENTION.decisions),
    "RELEVO_RETENTION_AUDIT": str(DEFAULT_RETENTION.audit),
    "RELEVO_RETENTION_ALERTS": str(DEFAULT_RETENTION.alerts),
    "RELEVO_RETENTION_SKIPPED": str(DEFAULT_RETENTION.skipped),
    "RELEVO_RETENTION_IMPORTS": str(DEFAULT_RETENTION.imports),
}

_BOTH_SET = Text("{name} and {name}_FILE are both set: keep one of them.", "{name} y {name}_FILE están definidas: deja solo una.")
_FILE_UNREADABLE = Text(
    "{name} names {path}, which cannot be read ({problem}): check the path and who may read it.",
    "{name} indica {path}, que no se puede leer ({problem}): comprueba la ruta y los permisos.",
)
_NOT_A_NUMBER = Text(
    "{name} cannot be {value}: write a whole number from {low} to {high}.",
    "{name} no puede ser {value}: escribe un número entero de {low} a {high}.",
)
_NOT_A_CHOICE = Text(
    "{name} cannot be {value}: write one of {choices}.",
    "{name} no puede ser {value}: escribe uno de {choices}.",
)
_NOT_A_HOST = Text(
    "{name} cannot be {value}: write an IP address or a host name of this machine, such as 127.0.0.1 or 0.0.0.0.",
    "{name} no puede ser {value}: escribe una dirección IP o un nombre de esta máquina, como 127.0.0.1 o 0.0.0.0.",
)
_NOT_AN_ADDRESS = Text(
    "{name} cannot be {value}: write the address at which this service is reached from outside, such as "
    "https://relevo.example.com, without user name, query or fragment.",
    "{name} no puede ser {value}: escribe la dirección externa de este servicio, como https://relevo.example.com, "
    "sin usuario, consulta ni fragmento.",
)
_NOT_HTTPS = Text(
    "{name} cannot be {value}: it must start with https://, because stores send secrets to it; http:// is only for this "
    "machine and for networks in RELEVO_ALLOW_NETWORKS.",
    "{name} no puede ser {value}: debe empezar por https://, porque las tiendas le envían secretos; http:// es solo para "
    "esta máquina y para redes de RELEVO_ALLOW_NETWORKS.",
)
_NOT_A_NAME = Text(
    "{name} cannot hold {value}: write host names without scheme and port, such as relevo.example.com or .example.com, "
    "separated by commas.",
    "{name} no puede contener {value}: escribe nombres de servidor sin esquema ni puerto, como relevo.example.com o "
    ".example.com, separados por comas.",
)
_NOT_A_FOLDER = Text(
    "{name} cannot be {value}: that is not a folder; name one, or a place where one can be made.",
    "{name} no puede ser {value}: no es una carpeta; indica una, o un lugar donde se pueda crear.",
)
_NOT_A_NETWORK = Text(
    "{name} cannot hold {value}: write networks such as 10.0.0.0/8 or fd00::/8, separated by commas.",
    "{name} no puede contener {value}: escribe redes como 10.0.0.0/8 o fd00::/8, separadas por comas.",
)
_NETWORK_WITH_HOST = Text(
    "{name} cannot hold {value}, an address inside a network: write {network} for the network.",
    "{name} no puede contener {value}, una dirección dentro de una red: escribe {network} para la red.",
)
_LINK_LOCAL = Text(
    "{name} cannot hold {value}: link-local addresses are never allowed, so take it out.",
    "{name} no puede contener {value}: las direcciones de enlace local nunca se permiten; quítala.",
)
_NOT_A_DATABASE = Text(
    "{name} cannot be used: write sqlite:////path/to/relevo.db or postgresql://user:password@host/database.",
    "{name} no se puede usar: escribe sqlite:////ruta/relevo.db o postgresql://usuario:clave@servidor/base.",
)
_NOT_A_REDIS = Text(
    "{name} cannot be used: write redis://host:6379/0, rediss://user:password@host:6379/0 or unix:///path/to/redis.sock.",
    "{name} no se puede usar: escribe redis://servidor:6379/0, rediss://usuario:clave@servidor:6379/0 o unix:///ruta/redis.sock.",
)
_NOT_A_KEY = Text(
    "{name} cannot be used: key {position} is not 32 random bytes in base64url. Make one with: openssl rand -base64 32",
    "{name} no se puede usar: la clave {position} no son 32 bytes aleatorios en base64url. Crea una con: openssl rand -base64 32",
)
_NOT_A_CERTIFICATE = Text(
    "{name} cannot be used: write one or more certificates as PEM text (-----BEGIN CERTIFICATE-----), or name their file in "
    "RELEVO_TRUSTED_CA_FILE.",
    "{name} no se puede usar: escribe uno o más certificados en formato PEM (-----BEGIN CERTIFICATE-----), o indica su archivo "
    "en RELEVO_TRUSTED_CA_FILE.",
)
_UNKNOWN = Text(
    "{name} is not a setting of Relevo and is ignored: docs/settings.md lists them all.",
    "{name} no es un ajuste de Relevo y se ignora: docs/settings.md los enumera todos.",
)
_UNKNOWN_NEAR = Text(
    "{name} is not a setting of Relevo and is ignored: did you mean {nearest}?",
    "{name} no es un ajuste de Relevo y se ignora: ¿querías decir {nearest}?",
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
    redis_url: str = field(repr=False)  # redis://…, rediss://… or unix://…; empty when there is none
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
    allowed_hosts: tuple[str, ...] = ()  # names that the pages answer to; without any, those that are known to be ours
    trusted_proxies: tuple[Network, ...] = ()  # whose word on the browser behind them counts
    unknown: tuple[Message, ...] = ()  # warnings about variables that look like settings but are none

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """The settings in these variables; an empty variable counts as not set. Makes nothing on the disk.

        Raises SettingsError with all problems at once.
        """
        reader = _Reader(environ)
        data_dir = reader.read("RELEVO_DATA_DIR", _parse_folder)
        allow_networks = reader.read("RELEVO_ALLOW_NETWORKS", _parse_networks)
        settings = cls(
            data_dir=data_dir,
            database_url=reader.read("RELEVO_DATABASE_URL", _parse_database_url) or f"sqlite:///{data_dir / 'relevo.db'}",
            redis_url=reader.read("RELEVO_REDIS_URL", _parse_redis_url),
            secret_keys=reader.read("RELEVO_SECRET_KEY", _parse_keys),
            allow_networks=allow_networks,
            host=reader.read("RELEVO_HOST", _parse_host),
            port=reader.read("RELEVO_PORT", lambda value: _parse_number(value, 0, 65535)),
            demo=reader.read("RELEVO_DEMO", _parse_switch),
            language=reader.read("RELEVO_LANGUAGE", _parse_language),
            log_level=reader.read("RELEVO_LOG_LEVEL", lambda value: _parse_choice(value.lower(), LOG_LEVELS)),
            workers=reader.read("RELEVO_WORKERS", lambda value: _parse_number(value, 1, MAX_WORKERS)),
            retention=Retention(
                decisions=reader.read("RELEVO_RETENTION_DECISIONS", _parse_days),
                audit=reader.read("RELEVO_RETENTION_AUDIT", _parse_days),
                alerts=reader.read("RELEVO_RETENTION_ALERTS", _parse_days),
                skipped=reader.read("RELEVO_RETENTION_SKIPPED", _parse_days),
                imports=reader.read("RELEVO_RETENTION_IMPORTS", _parse_days),
            ),
            public_url=reader.read("RELEVO_PUBLIC_URL", lambda value: _parse_public_url(value, allow_networks)),
            trusted_ca=reader.read("RELEVO_TRUSTED_CA", _parse_certificates),
            allowed_hosts=reader.read("RELEVO_ALLOWED_HOSTS", _parse_hosts),
            trusted_proxies=reader.read("RELEVO_TRUSTED_PROXIES", _parse_networks),
            unknown=_list_unknown(environ),
        )
        if reader.problems:
            raise SettingsError(reader.problems, settings.language)
        return settings

    @property
    def local_url(self) -> str | None:
        """Where this machine itself reaches the service; None when that is not known before it listens."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "localhost") else self.host  # noqa: S104 - compared, not listened on
        return f"http://{host}:{self.port}" if host == "127.0.0.1" and self.port else None

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


class _Wrong(Exception):
    """A value that a setting cannot have; parameters `name` and `value` are filled in where it was read."""

    def __init__(self, code: str, text: Text, /, **params: Any) -> None:
        super().__init__(code)
        self.code, self.text, self.params = code, text, params


class _Reader:
    """Reads one variable after the other and keeps what is wrong with them."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self.problems: list[Message] = []

    def read(self, name: str, parse: Callable[[str], T]) -> T:
        """The setting's value; its default when it is not set or is wrong."""
        source, raw = self._find(name)
        if raw:
            try:
                return parse(raw)
            except _Wrong as wrong:
                # What stands in a file is not shown: the file may be another setting's secret.
                value = _FROM_FILE if source != name else f"'{wrong.params.get('value', raw)}'"
                self.problems.append(Message(wrong.code, wrong.text, {**wrong.params, "name": source, "value": value}))
        return parse(DEFAULTS[name])

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


def _parse_folder(value: str) -> Path:
    path = Path(value).expanduser().absolute()
    if path.exists() and not path.is_dir():
        raise _Wrong("setting_not_a_folder", _NOT_A_FOLDER)
    return path


def _parse_database_url(value: str) -> str:
    if not value:
        return ""
    try:
        parts = urlsplit(value)
    except ValueError:
        raise _Wrong("setting_not_a_database", _NOT_A_DATABASE) from None
    scheme, _, rest = value.partition("://")
    if scheme == "sqlite" and len(parts.path) > 1 and not parts.netloc and parts.path != "/:memory:":
        return value
    if scheme in ("postgres", "postgresql", "postgresql+psycopg") and len(parts.path) > 1:
        return f"postgresql+psycopg://{rest}"
    raise _Wrong("setting_not_a_database", _NOT_A_DATABASE)


def _parse_redis_url(value: str) -> str:
    """An address as the library for Redis takes it. Options in its query are none of ours."""
    if not value:
        return ""
    try:
        parts = urlsplit(value)
        good = parts.port != 0 and not (parts.query or parts.fragment or re.search(r"\s", value))
    except ValueError:
        raise _Wrong("setting_not_a_redis", _NOT_A_REDIS) from None
    if parts.scheme == "unix":
        good = good and not parts.hostname and len(parts.path) > 1
    else:
        good = good and parts.scheme in ("redis", "rediss") and bool(parts.hostname)
        good = good and re.fullmatch(r"(/[0-9]{0,4})?", parts.path) is not None
    if not good:
        raise _Wrong("setting_not_a_redis", _NOT_A_REDIS)
    return value


def _parse_keys(value: str) -> tuple[bytes, ...]:
    if not value:
        return ()
    from adapters.secret_key import parse_secret_keys

    try:
        return parse_secret_keys(value)
    except ValueError as error:
        raise _Wrong("setting_not_a_key", _NOT_A_KEY, position=error.args[0]) from None


def _parse_networks(value: str) -> tuple[Network, ...]:
    return tuple(_parse_network(part) for part in re.split(r"[\s,]+", value) if part)


def _parse_network(value: str) -> Network:
    try:
        network = ipaddress.ip_network(value, strict=False)
    except ValueError:
        raise _Wrong("setting_not_a_network", _NOT_A_NETWORK, value=value) from None
    if network.is_link_local:
        raise _Wrong("setting_link_local", _LINK_LOCAL, value=value)
    if "/" in value and str(network.network_address) != str(ipaddress.ip_interface(value).ip):
        raise _Wrong("setting_network_with_host", _NETWORK_WITH_HOST, value=value, network=str(network))
    return network


def _parse_public_url(value: str, allow_networks: Sequence[Network]) -> str | None:
    """HTTPS, because the secrets in the addresses that stores call travel with them; HTTP only where nobody listens in."""
    if not value:
        return None
    try:
        parts = urlsplit(value)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        raise _Wrong("setting_not_an_address", _NOT_AN_ADDRESS, value=value.rpartition("@")[2]) from None
    odd = parts.query or parts.fragment or "@" in parts.netloc or "?" in value or "#" in value
    if parts.scheme not in ("http", "https") or not host or odd or re.search(r"[\s\\]", value):
        raise _Wrong("setting_not_an_address", _NOT_AN_ADDRESS, value=value.rpartition("@")[2])
    if parts.scheme == "http" and not _is_private(host, allow_networks):
        raise _Wrong("setting_not_https", _NOT_HTTPS)
    return value.rstrip("/")


def _is_private(host: str, allow_networks: Sequence[Network]) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost"
    return address.is_loopback or any(address in network for network in allow_networks)


def _parse_hosts(value: str) -> tuple[str, ...]:
    return tuple(_parse_allowed_host(part) for part in re.split(r"[\s,]+", value) if part)


def _parse_allowed_host(value: str) -> str:
    if value == "*" or re.fullmatch(r"\.?[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9])?", value):
        return value.lower()
    try:
        return str(ipaddress.ip_address(value.strip("[]")))
    except ValueError:
        raise _Wrong("setting_not_a_name", _NOT_A_NAME, value=value) from None


def _parse_host(value: str) -> str:
    try:
        return str(ipaddress.ip_address(value))
    except ValueError:
        if re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?", value) and not re.fullmatch(r"[\d.]+", value):
            return value
    raise _Wrong("setting_not_a_host", _NOT_A_HOST)


def _parse_certificates(value: str) -> str:
    if value:
        import ssl  # here: few set it

        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=value)
        except (ssl.SSLError, TypeError, ValueError):  # a TypeError for what is not ASCII
            raise _Wrong("setting_not_a_certificate", _NOT_A_CERTIFICATE, value="…") from None
    return value


def _parse_number(value: str, low: int, high: int) -> int:
    if re.fullmatch(r"[0-9]{1,9}", value) and low <= int(value) <= high:
        return int(value)
    raise _Wrong("setting_not_a_number", _NOT_A_NUMBER, low=low, high=high)


def _parse_days(value: str) -> int:
    return _parse_number(value, 0, 36_500)


def _parse_choice(value: str, choices: Sequence[str]) -> str:
    if value in choices:
        return value
    raise _Wrong("setting_not_a_choice", _NOT_A_CHOICE, choices=", ".join(choices))


def _parse_switch(value: str) -> bool:
    if value.lower() in ("1", "true", "yes", "on"):
        return True
    if value.lower() in ("0", "false", "no", "off"):
        return False
    raise _Wrong("setting_not_a_choice", _NOT_A_CHOICE, choices="0, 1")


def _parse_language(value: str) -> Language:
    return cast(Language, _parse_choice(value.lower(), LANGUAGES))


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
