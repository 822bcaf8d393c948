"""What the schemes need to know, typed: whose name calls are made in, and by which secrets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from adapters.stores.brightpearl.addresses import OAUTH_URL, base_url_of
from adapters.stores.brightpearl.reading import SettingsReader
from rules.messages import Text

SCHEMES = ("login", "account_token", "staff_token", "signed_token", "oauth")
TOKEN = re.compile(r"[!-~]{1,2000}")  # what a header can hold
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")

_AUTH = Text(
    "The way to log in must be one of {known}; {value} is not.",
    "La forma de acceso debe ser una de {known}; {value} no lo es.",
)
_USERNAME = Text("The user name is missing.", "Falta el nombre de usuario.")
_PASSWORD = Text("The password is missing.", "Falta la contraseña.")
_APP_REF = Text(
    "The app reference {value} is not one: letters, digits, -, _ and . only, as Brightpearl shows it with the app.",
    "La referencia de la app {value} no es válida: solo letras, cifras, -, _ y ., como la muestra Brightpearl junto a la app.",
)
_PRIVATE_APP_REF = Text(
    "The app reference {value} is not that of a private app of this account: it begins with {account}_, "
    "as Brightpearl shows it with the app.",
    "La referencia de la app {value} no es la de una app privada de esta cuenta: empieza por {account}_, "
    "como la muestra Brightpearl junto a la app.",
)
_DEV_REF = Text(
    "The developer reference {value} is not one: letters, digits, -, _ and . only, as Brightpearl gave it to the developer.",
    "La referencia de desarrollador {value} no es válida: solo letras, cifras, -, _ y ., como la dio Brightpearl.",
)
_TOKEN = Text(
    "The token is missing, or has characters that no token has: copy it again from Brightpearl.",
    "Falta el token, o tiene caracteres que ningún token tiene: cópialo de nuevo desde Brightpearl.",
)
_DEVELOPER_SECRET = Text(
    "The developer secret is missing: Brightpearl shows it to the developer of the app.",
    "Falta el secreto de desarrollador: Brightpearl se lo muestra al desarrollador de la app.",
)
_OAUTH_URL = Text(
    "The OAuth address {value} is not a web address such as https://host, without user name, query or fragment.",
    "La dirección de OAuth {value} no es una dirección web como https://servidor, sin usuario, consulta ni fragmento.",
)
_NOT_AUTHORISED = Text(
    "This store has no consent from Brightpearl yet: connect it again and agree on Brightpearl's page.",
    "Esta tienda aún no tiene el permiso de Brightpearl: conéctala de nuevo y acéptalo en la página de Brightpearl.",
)


@dataclass(frozen=True, slots=True)
class Login:
    """A user's name and password."""

    username: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PrivateApp:
    """An app of one account. Its token is sent as it is."""

    app_ref: str
    token: str = field(repr=False)
    is_staff: bool  # a staff member's token, not the account's


@dataclass(frozen=True, slots=True)
class SignedApp:
    """A public app of the time before OAuth. Its token is sent signed."""

    app_ref: str
    dev_ref: str
    developer_secret: str = field(repr=False)
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class OAuthApp:
    """An app that the account's people gave consent to."""

    app_ref: str  # also its client id
    dev_ref: str
    oauth_url: str  # scheme and host, no slash at the end
    credentials: Mapping[str, str] = field(repr=False)  # access_token, refresh_token, expires_at, client_secret, api_domain


Access = Login | PrivateApp | SignedApp | OAuthApp


def read_access(reader: SettingsReader, account: str) -> Access | None:
    """How to log in, by the setting `auth`; None when something is wrong with it, which is reported.

    login: credentials username, password. account_token and staff_token: setting app_ref, credential token. signed_token:
    settings app_ref, dev_ref, credentials developer_secret, token. oauth: settings app_ref, dev_ref, oauth_url (optional),
    credentials access_token, refresh_token, expires_at, client_secret, api_domain (all but the first optional).
    """
    problems = len(reader.problems)
    scheme = reader.choice("auth", SCHEMES, _AUTH)
    if len(reader.problems) > problems:
        return None
    access: Access
    match scheme:
        case "login":
            access = _read_login(reader)
        case "signed_token":
            access = _read_signed_app(reader)
        case "oauth":
            access = _read_oauth_app(reader)
        case _:
            access = _read_private_app(reader, account)
    return access if len(reader.problems) == problems else None


def _read_login(reader: SettingsReader) -> Access:
    username, password = reader.credential("username"), reader.secret("password")
    if not username:
        reader.report("username", _USERNAME)
    if not password:
        reader.report("password", _PASSWORD)
    return Login(username, password)


def _read_private_app(reader: SettingsReader, account: str) -> Access:
    app_ref = reader.text("app_ref")
    begins_right = app_ref.casefold().startswith(f"{account}_".casefold())
    if not _REFERENCE.fullmatch(app_ref) or not begins_right or len(app_ref) == len(account) + 1:
        reader.report("app_ref", _PRIVATE_APP_REF, app_ref, account=account)
    return PrivateApp(app_ref, _read_token(reader, "token"), is_staff=reader.text("auth") == "staff_token")


def _read_signed_app(reader: SettingsReader) -> Access:
    app_ref, dev_ref = _read_references(reader)
    secret = reader.credential("developer_secret")
    if not secret:
        reader.report("developer_secret", _DEVELOPER_SECRET)
    return SignedApp(app_ref, dev_ref, secret, _read_token(reader, "token"))


def _read_oauth_app(reader: SettingsReader) -> Access:
    app_ref, dev_ref = _read_references(reader)
    url = reader.text("oauth_url") or OAUTH_URL
    oauth_url = base_url_of(url)
    if oauth_url is None:
        reader.report("oauth_url", _OAUTH_URL, url.rpartition("@")[2])
    if not reader.credential("access_token") and not reader.may_lack("access_token"):
        reader.report("access_token", _NOT_AUTHORISED)
    return OAuthApp(app_ref, dev_ref, oauth_url or "", reader.credentials)


def _read_references(reader: SettingsReader) -> tuple[str, str]:
    app_ref, dev_ref = reader.text("app_ref"), reader.text("dev_ref")
    if not _REFERENCE.fullmatch(app_ref):
        reader.report("app_ref", _APP_REF, app_ref)
    if not _REFERENCE.fullmatch(dev_ref):
        reader.report("dev_ref", _DEV_REF, dev_ref)
    return app_ref, dev_ref


def _read_token(reader: SettingsReader, field_name: str) -> str:
    token = reader.credential(field_name)
    if not TOKEN.fullmatch(token):
        reader.report(field_name, _TOKEN)
    return token
