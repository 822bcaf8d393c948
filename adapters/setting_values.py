"""Reads the text of one setting. What is wrong with it is said with what to write instead."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qsl, unquote, urlsplit

from adapters.printer_address import NamedPrinter
from adapters.smtp_address import Security, SmtpServer
from engine.model.mail_address import is_address
from rules.messages import LANGUAGES, Language, Text

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

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


_NO_HOME = Text(
    "{name} cannot be {value}: this machine knows no home folder of that user; write the path of the folder.",
    "{name} no puede ser {value}: esta máquina no conoce ninguna carpeta personal de ese usuario; escribe la ruta de la carpeta.",
)


_FOLDER_UNREADABLE = Text(
    "{name} cannot be {value} ({problem}): name a folder that can be looked into, or a place where one can be made.",
    "{name} no puede ser {value} ({problem}): indica una carpeta en la que se pueda mirar, o un lugar donde se pueda crear.",
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


_NOT_A_PRINTER = Text(
    "{name} cannot hold {value}: write printers as host:port, such as 10.0.0.5:9100, or for one account alone as "
    "account=10.0.0.5:9100, separated by commas.",
    "{name} no puede contener {value}: escribe impresoras como servidor:puerto, por ejemplo 10.0.0.5:9100, o para una sola "
    "cuenta como cuenta=10.0.0.5:9100, separadas por comas.",
)


_NOT_A_DATABASE = Text(
    "{name} cannot be used: write sqlite:////path/to/relevo.db or postgresql://user:password@host/database.",
    "{name} no se puede usar: escribe sqlite:////ruta/relevo.db o postgresql://usuario:clave@servidor/base.",
)


_NOT_A_DATABASE_OPTION = Text(
    "{name} cannot be used: after a ? stand only connection options that PostgreSQL knows, such as sslmode=require, and none "
    "for sqlite.",
    "{name} no se puede usar: tras un ? solo van opciones de conexión que PostgreSQL conoce, como sslmode=require, y ninguna "
    "para sqlite.",
)


_NOT_A_REDIS = Text(
    "{name} cannot be used: write redis://host:6379/0, rediss://user:password@host:6379/0 or unix:///path/to/redis.sock.",
    "{name} no se puede usar: escribe redis://servidor:6379/0, rediss://usuario:clave@servidor:6379/0 o unix:///ruta/redis.sock.",
)


_NOT_A_MAIL_SERVER = Text(
    "{name} cannot be used: write smtp://host, smtps://host or smtp+starttls://user:password@host:587, with user and password "
    "percent-encoded.",
    "{name} no se puede usar: escribe smtp://servidor, smtps://servidor o smtp+starttls://usuario:clave@servidor:587, con "
    "usuario y clave codificados con porcentajes.",
)


_NOT_A_MAIL_ADDRESS = Text(
    "{name} cannot be {value}: write a bare e-mail address in ASCII, such as relevo@example.com.",
    "{name} no puede ser {value}: escribe solo una dirección de correo en ASCII, como relevo@example.com.",
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


class WrongValue(Exception):
    """A value that a setting cannot have; parameters `name` and `value` are filled in where it was read."""

    def __init__(self, code: str, text: Text, /, **params: Any) -> None:
        super().__init__(code)
        self.code, self.text, self.params = code, text, params


def parse_folder(value: str) -> Path:
    try:
        path = Path(value).expanduser().absolute()
        if path.exists() and not path.is_dir():
            raise WrongValue("setting_not_a_folder", _NOT_A_FOLDER)
    except RuntimeError:  # of expanduser
        raise WrongValue("setting_no_home", _NO_HOME) from None
    except OSError as error:
        raise WrongValue("setting_folder_unreadable", _FOLDER_UNREADABLE, problem=error.strerror or error) from None
    return path


def parse_database_url(value: str) -> str:
    if not value:
        return ""
    try:
        parts = urlsplit(value)
        named = len(parts.path) > 1 and parts.port != 0
    except ValueError:
        raise WrongValue("setting_not_a_database", _NOT_A_DATABASE) from None
    scheme, _, rest = value.partition("://")
    if named and scheme == "sqlite" and not parts.netloc and parts.path != "/:memory:":
        if "?" in value:
            raise WrongValue("setting_not_a_database_option", _NOT_A_DATABASE_OPTION)
        return value
    if named and scheme in ("postgres", "postgresql", "postgresql+psycopg"):
        if parts.query and not _are_database_options(parts.query):
            raise WrongValue("setting_not_a_database_option", _NOT_A_DATABASE_OPTION)
        return f"postgresql+psycopg://{rest}"
    raise WrongValue("setting_not_a_database", _NOT_A_DATABASE)


def _are_database_options(query: str) -> bool:
    from psycopg.pq import Conninfo  # here: few set any

    known = {option.keyword.decode() for option in Conninfo.get_defaults()}
    return all(name in known for name, _ in parse_qsl(query, keep_blank_values=True))


def parse_redis_url(value: str) -> str:
    """An address as the library for Redis takes it. Options in its query are none of ours."""
    if not value:
        return ""
    try:
        parts = urlsplit(value)
        good = parts.port != 0 and not (parts.query or parts.fragment or re.search(r"\s", value))
    except ValueError:
        raise WrongValue("setting_not_a_redis", _NOT_A_REDIS) from None
    if parts.scheme == "unix":
        good = good and not parts.hostname and len(parts.path) > 1
    else:
        good = good and parts.scheme in ("redis", "rediss") and bool(parts.hostname)
        good = good and re.fullmatch(r"(/[0-9]{0,4})?", parts.path) is not None
    if not good:
        raise WrongValue("setting_not_a_redis", _NOT_A_REDIS)
    return value


def parse_smtp_url(value: str) -> SmtpServer | None:
    """User and password are both there or neither is."""
    if not value:
        return None
    try:
        parts = urlsplit(value)
        security = Security(parts.scheme)
        port = security.usual_port if parts.port is None else parts.port
        user, password = (unquote(part or "", errors="strict") for part in (parts.username, parts.password))
    except ValueError:
        raise WrongValue("setting_not_a_mail_server", _NOT_A_MAIL_SERVER) from None
    named = bool(port) and parts.path in ("", "/")
    known = ("@" in parts.netloc) == bool(user) == bool(password)
    if not (parts.hostname and named and known) or re.search(r"[\s?#]", value) or re.search(r"[\x00-\x1f]", user + password):
        raise WrongValue("setting_not_a_mail_server", _NOT_A_MAIL_SERVER)
    return SmtpServer(security, parts.hostname, port, user, password)


def parse_mail_address(value: str) -> str:
    if value and not (value.isascii() and is_address(value)):
        raise WrongValue("setting_not_a_mail_address", _NOT_A_MAIL_ADDRESS)
    return value


def parse_keys(value: str) -> tuple[bytes, ...]:
    if not value:
        return ()
    from adapters.secret_key import parse_secret_keys

    try:
        return parse_secret_keys(value)
    except ValueError as error:
        raise WrongValue("setting_not_a_key", _NOT_A_KEY, position=error.args[0]) from None


def parse_networks(value: str) -> tuple[Network, ...]:
    return tuple(_parse_network(part) for part in re.split(r"[\s,]+", value) if part)


def _parse_network(value: str) -> Network:
    try:
        network = ipaddress.ip_network(value, strict=False)
    except ValueError:
        raise WrongValue("setting_not_a_network", _NOT_A_NETWORK, value=value) from None
    if network.is_link_local:
        raise WrongValue("setting_link_local", _LINK_LOCAL, value=value)
    if "/" in value and str(network.network_address) != str(ipaddress.ip_interface(value).ip):
        raise WrongValue("setting_network_with_host", _NETWORK_WITH_HOST, value=value, network=str(network))
    return network


def parse_public_url(value: str, allow_networks: Sequence[Network]) -> str | None:
    """HTTPS, because the secrets in the addresses that stores call travel with them; HTTP only where nobody listens in."""
    if not value:
        return None
    try:
        parts = urlsplit(value)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        raise WrongValue("setting_not_an_address", _NOT_AN_ADDRESS, value=value.rpartition("@")[2]) from None
    odd = parts.query or parts.fragment or "@" in parts.netloc or "?" in value or "#" in value
    if parts.scheme not in ("http", "https") or not host or odd or re.search(r"[\s\\]", value):
        raise WrongValue("setting_not_an_address", _NOT_AN_ADDRESS, value=value.rpartition("@")[2])
    if parts.scheme == "http" and not _is_private(host, allow_networks):
        raise WrongValue("setting_not_https", _NOT_HTTPS)
    return value.rstrip("/")


def _is_private(host: str, allow_networks: Sequence[Network]) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost"
    return address.is_loopback or any(address in network for network in allow_networks)


def parse_hosts(value: str) -> tuple[str, ...]:
    return tuple(_parse_allowed_host(part) for part in re.split(r"[\s,]+", value) if part)


def _parse_allowed_host(value: str) -> str:
    if value == "*" or re.fullmatch(r"\.?[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9])?", value):
        return value.lower()
    try:
        return str(ipaddress.ip_address(value.strip("[]")))
    except ValueError:
        raise WrongValue("setting_not_a_name", _NOT_A_NAME, value=value) from None


def parse_printers(value: str) -> tuple[NamedPrinter, ...]:
    return tuple(_parse_printer(part) for part in re.split(r"[\s,]+", value) if part)


def _parse_printer(value: str) -> NamedPrinter:
    match = re.fullmatch(r"(?:([a-z0-9][a-z0-9-]*)=)?(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.-]+)):([0-9]{1,5})", value)
    wrong = WrongValue("setting_not_a_printer", _NOT_A_PRINTER, value=value)
    if match is None or not 0 < int(match[4]) < 65536:
        raise wrong
    try:
        return NamedPrinter(parse_host(match[2] or match[3]), int(match[4]), match[1] or "")
    except WrongValue:
        raise wrong from None


def parse_host(value: str) -> str:
    try:
        return str(ipaddress.ip_address(value))
    except ValueError:
        if re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?", value) and not re.fullmatch(r"[\d.]+", value):
            return value
    raise WrongValue("setting_not_a_host", _NOT_A_HOST)


def parse_certificates(value: str) -> str:
    if value:
        import ssl  # here: few set it

        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=value)
        except (ssl.SSLError, TypeError, ValueError):  # a TypeError for what is not ASCII
            raise WrongValue("setting_not_a_certificate", _NOT_A_CERTIFICATE, value="…") from None
    return value


def parse_number(value: str, low: int, high: int) -> int:
    if re.fullmatch(r"[0-9]{1,9}", value) and low <= int(value) <= high:
        return int(value)
    raise WrongValue("setting_not_a_number", _NOT_A_NUMBER, low=low, high=high)


def parse_days(value: str) -> int:
    return parse_number(value, 0, 36_500)


def parse_choice(value: str, choices: Sequence[str]) -> str:
    if value in choices:
        return value
    raise WrongValue("setting_not_a_choice", _NOT_A_CHOICE, choices=", ".join(choices))


def parse_switch(value: str) -> bool:
    if value.lower() in ("1", "true", "yes", "on"):
        return True
    if value.lower() in ("0", "false", "no", "off"):
        return False
    raise WrongValue("setting_not_a_choice", _NOT_A_CHOICE, choices="0, 1")


def parse_language(value: str) -> Language:
    return cast(Language, parse_choice(value.lower(), LANGUAGES))
