"""`carrier-accounts`: contracts with carriers, and who may ship with them."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from adapters.cli.accounts import account_option
from adapters.cli.acting import account_looked_at, acting, looking_by_option, maybe_by_option
from adapters.cli.naming_rules import naming_lines
from adapters.cli.output import WrongInput, answer, json_option
from adapters.cli.owners import account_of_carrier_account
from adapters.cli.runtime import Runtime, runtime_of
from engine.model.account import Account, CarrierAccount
from engine.ports import NotFound, UnitOfWork
from engine.services.accounts.acting import find_account, require_admin
from engine.services.accounts.carrier_accounts import (
    CarrierAccountChange,
    CarrierAccountForm,
    add_carrier_account,
    change_carrier_account,
)
from engine.services.accounts.carrier_calls import find_calls, set_calls_secret
from engine.services.accounts.carrier_sharing import (
    DUTY_ENDED,
    NO_CARRIER_ACCOUNT,
    SharedAccount,
    Sharing,
    list_carrier_accounts,
    share_carrier_account,
)
from engine.services.deciding.rules_naming import rules_without_services
from engine.services.refusals import Refused
from rules.messages import Language, Text

LARGEST_SHEET = 1024 * 1024
LARGEST_CREDENTIALS = 64 * 1024
UNREADABLE = Text('The file "{file}" cannot be read ({problem}).', 'No se puede leer el archivo "{file}" ({problem}).')
TOO_LARGE = Text(
    'The file "{file}" is larger than {limit} KiB: leave out zones that you do not ship to.',
    'El archivo "{file}" supera los {limit} KiB: quita las zonas a las que no envías.',
)
NOT_UTF8 = Text('The file "{file}" is not text in UTF-8: save it so.', 'El archivo "{file}" no es texto UTF-8: guárdalo así.')
NO_PAIR = Text(
    "{where}: write NAME=VALUE, such as {example}.",
    "{where}: escribe NOMBRE=VALOR, por ejemplo {example}.",
)
TWICE = Text('{where}: "{name}" is there twice.', "{where}: «{name}» aparece dos veces.")
LINE_OF_STDIN = Text("Line {line} of the standard input", "Línea {line} de la entrada estándar")
NO_CREDENTIALS = Text(
    "No credentials came: write them to the standard input, NAME=VALUE on each line.",
    "No llegó ninguna credencial: escríbelas en la entrada estándar, NOMBRE=VALOR en cada línea.",
)
STDIN_NOT_UTF8 = Text("The standard input is not text in UTF-8.", "La entrada estándar no es texto UTF-8.")
NO_SECRET = Text(
    "No secret came: write it to the standard input, or take the last one away with --no-secret.",
    "No llegó ninguna clave: escríbela en la entrada estándar, o quita la anterior con --no-secret.",
)
ONE_OF_TWO = Text("Give --secret-stdin or --no-secret, not both.", "Indica --secret-stdin o --no-secret, no los dos.")
KEPT_FROM = Text("kept from {providers}", "salvo {providers}")
REQUIRED_OF = Text("required of {providers}", "obligatoria para {providers}")
WITH_WHOM = Text("Say with whom: --with SLUG or --all.", "Indica con quién: --with SLUG o --all.")


@click.group("carrier-accounts")
def carrier_accounts() -> None:
    """Contracts with carriers and the services they offer."""


@carrier_accounts.command("add")
@account_option
@click.option("--carrier", required=True, help="Its code: `house` ships with your own numbers and prices.")
@click.option("--service", "services", multiple=True, required=True, help="Give it once for each service.")
@click.option("--share-with", "providers", multiple=True, metavar="SLUG", help="A 3PL that may use it.")
@click.option("--nickname", default="", help="What your people call it.")
@click.option("--rates", "rate_sheet", type=click.Path(path_type=Path), metavar="FILE", help="Its rate sheet, in YAML.")
@click.option("--number-prefix", metavar="LETTERS", help="What its tracking numbers begin with; else four letters of its own.")
@click.option("--setting", "entered", multiple=True, metavar="NAME=VALUE", help="Of the carrier's own, such as contract_id=517.")
@click.option(
    "--credentials-stdin",
    is_flag=True,
    help="Read what the carrier is logged in to with from the standard input, NAME=VALUE on each line.",
)
@click.option("--default", "is_default", is_flag=True, help="Take it where several accounts offer a service.")
@maybe_by_option
@json_option
@click.pass_context
def add_carrier_account_command(
    context: click.Context,
    account_slug: str,
    carrier: str,
    services: tuple[str, ...],
    providers: tuple[str, ...],
    nickname: str,
    rate_sheet: Path | None,
    number_prefix: str | None,
    entered: tuple[str, ...],
    credentials_stdin: bool,
    is_default: bool,
    by: str | None,
    as_json: bool,
) -> None:
    """Add a carrier account."""
    runtime = runtime_of(context)
    language = runtime.settings.language
    settings = _pairs((("--setting", one) for one in entered), "contract_id=517", language)
    if number_prefix is not None:
        settings["number_prefix"] = number_prefix
    if rate_sheet is not None:
        settings["rate_sheet"] = _read_rates(rate_sheet, language)
    credentials = _read_credentials(language) if credentials_stdin else {}
    form = CarrierAccountForm(carrier, services, providers, nickname, settings, credentials, is_default=is_default)
    added = add_carrier_account(runtime.application, account_slug, form, _admin(runtime, by, account_slug))
    data = {"id": added.id, "carrier": added.carrier, "services": list(added.services), "shared_with": list(providers)}
    answer(data, as_json, f"{added.carrier}: {', '.join(added.services)} ({added.id})")


@carrier_accounts.command("set")
@click.argument("carrier_account_id", metavar="ID")
@click.option("--account", "account_slug", metavar="SLUG", help="The account it belongs to; only to make sure.")
@click.option("--service", "services", multiple=True, help="Its services from now on; once for each.")
@click.option("--nickname", help="What your people call it.")
@click.option("--rates", "rate_sheet", type=click.Path(path_type=Path), metavar="FILE", help="Its rate sheet, in YAML.")
@click.option("--setting", "entered", multiple=True, metavar="NAME=VALUE", help="Of the carrier's own; NAME= takes one away.")
@click.option(
    "--credentials-stdin", is_flag=True, help="Read those that change from the standard input, NAME=VALUE on each line."
)
@click.option("--default/--no-default", "is_default", default=None, help="Whether it is taken where several offer a service.")
@maybe_by_option
@json_option
@click.pass_context
def set_command(
    context: click.Context,
    carrier_account_id: str,
    account_slug: str | None,
    services: tuple[str, ...],
    nickname: str | None,
    rate_sheet: Path | None,
    entered: tuple[str, ...],
    credentials_stdin: bool,
    is_default: bool | None,
    by: str | None,
    as_json: bool,
) -> None:
    """Change a carrier account; what is not named stays."""
    runtime = runtime_of(context)
    language = runtime.settings.language
    account, actor = _owner(runtime, account_slug, by, carrier_account_id)
    named: dict[str, str] = _pairs((("--setting", one) for one in entered), "contract_id=517", language)
    if rate_sheet is not None:
        named["rate_sheet"] = _read_rates(rate_sheet, language)
    change = CarrierAccountChange(
        services or None,
        nickname,
        _settings_after(runtime, account.id, carrier_account_id, named),
        _read_credentials(language) if credentials_stdin else {},
        is_default,
    )
    before = _find_own(runtime, account.id, carrier_account_id)
    changed = change_carrier_account(runtime.application, account.id, carrier_account_id, change, actor)
    bad = [] if before is None else rules_without_services(runtime.application, account.id, before, changed)
    naming = [rule.id for rule in bad]
    data = {"id": changed.id, "carrier": changed.carrier, "services": list(changed.services), "nickname": changed.nickname}
    lines = (f"{changed.name}: {', '.join(changed.services)} ({changed.id})", *naming_lines(naming, language))
    answer({**data, "rules": naming}, as_json, *lines)


def _settings_after(runtime: Runtime, account_id: str, carrier_account_id: str, named: dict[str, str]) -> dict[str, Any] | None:
    """The settings with those that were named, without those that were named blank; None where none were."""
    if not named:
        return None
    known = _find_own(runtime, account_id, carrier_account_id)
    settings = {} if known is None else known.settings
    return {name: value for name, value in {**settings, **named}.items() if value != ""}


def _find_own(runtime: Runtime, account_id: str, carrier_account_id: str) -> CarrierAccount | None:
    with runtime.application.reading() as uow:
        return next((one for one in uow.carrier_accounts.list_for(account_id) if one.id == carrier_account_id), None)


def _read_credentials(language: Language) -> dict[str, str]:
    """What stands on the lines of the standard input; what is wrong with one is said without quoting it."""
    content = b"" if sys.stdin is None else sys.stdin.buffer.read(LARGEST_CREDENTIALS)
    try:
        lines = content.decode("utf-8").splitlines()
    except UnicodeDecodeError:
        raise WrongInput(STDIN_NOT_UTF8.format(language)) from None
    numbered = ((LINE_OF_STDIN.format(language, line=number), line) for number, line in enumerate(lines, 1) if line.strip())
    credentials = _pairs(numbered, "api_key=…", language)
    if not credentials:
        raise WrongInput(NO_CREDENTIALS.format(language))
    return credentials


def _pairs(written: Iterable[tuple[str, str]], example: str, language: Language) -> dict[str, str]:
    """What is written as NAME=VALUE, each with where it stands."""
    pairs: dict[str, str] = {}
    for where, text in written:
        name, equals, value = (part.strip() for part in text.partition("="))
        if not name or not equals:
            raise WrongInput(NO_PAIR.format(language, where=where, example=example))
        if name in pairs:
            raise WrongInput(TWICE.format(language, where=where, name=name))
        pairs[name] = value
    return pairs


def _read_rates(file: Path, language: Language) -> str:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise WrongInput(UNREADABLE.format(language, file=file, problem=error.strerror or error)) from None
    if len(content) > LARGEST_SHEET:
        raise WrongInput(TOO_LARGE.format(language, file=file, limit=LARGEST_SHEET // 1024))
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise WrongInput(NOT_UTF8.format(language, file=file)) from None


def _admin(runtime: Runtime, by: str | None, account_slug: str) -> str:
    """Who adds it: an admin of the account, or the operator."""
    if by is None:
        return "operator"
    user = acting(runtime.application, by, account_slug, lambda _uow, _account_id: None)
    require_admin(user)
    return user.id


@carrier_accounts.command("share")
@click.argument("carrier_account_id", metavar="ID")
@click.option("--account", "account_slug", metavar="SLUG", help="The account it belongs to; only to make sure.")
@click.option("--with", "provider", metavar="SLUG", help="A connected 3PL.")
@click.option("--all", "with_all", is_flag=True, help="Every 3PL that is connected, unless it is taken back from one.")
@click.option(
    "--require/--no-require",
    default=None,
    help="The 3PL has to ship with shared accounts, and no others; or no longer. Else it stays as it is.",
)
@click.option("--withdraw", is_flag=True, help="Take it back, at once. With the last one the 3PL's duty ends.")
@maybe_by_option
@json_option
@click.pass_context
def share_command(
    context: click.Context,
    carrier_account_id: str,
    account_slug: str | None,
    provider: str | None,
    with_all: bool,
    require: bool | None,
    withdraw: bool,
    by: str | None,
    as_json: bool,
) -> None:
    """Let 3PLs ship with a carrier account, or no longer."""
    runtime = runtime_of(context)
    language = runtime.settings.language
    if (provider is None) != with_all:
        raise click.UsageError(WITH_WHOM.format(language), context)
    account, actor = _owner(runtime, account_slug, by, carrier_account_id)
    sharing = Sharing(provider, withdraw, require)
    shared = share_carrier_account(runtime.application, account, carrier_account_id, sharing, actor)
    ended = (DUTY_ENDED.format(language, provider=slug) for slug in shared.no_longer_required)
    answer(_entry(shared), as_json, _line(shared, language), *ended)


@carrier_accounts.command("calls")
@click.argument("carrier_account_id", metavar="ID")
@click.option("--account", "account_slug", metavar="SLUG", help="The account it belongs to; only to make sure.")
@click.option("--secret-stdin", is_flag=True, help="Read what the carrier signs its calls with from the standard input.")
@click.option("--no-secret", is_flag=True, help="Keep no secret for its calls any more.")
@maybe_by_option
@json_option
@click.pass_context
def calls(
    context: click.Context,
    carrier_account_id: str,
    account_slug: str | None,
    secret_stdin: bool,
    no_secret: bool,
    by: str | None,
    as_json: bool,
) -> None:
    """Show where a carrier is to call when a parcel moves, and set what it signs its calls with."""
    runtime = runtime_of(context)
    app, language = runtime.application, runtime.settings.language
    if secret_stdin and no_secret:
        raise WrongInput(ONE_OF_TWO.format(language))
    account, actor = _owner(runtime, account_slug, by, carrier_account_id)
    if secret_stdin or no_secret:
        found = set_calls_secret(app, account, carrier_account_id, _read_secret(language) if secret_stdin else "", actor)
    else:
        found = find_calls(app, account, carrier_account_id)
    data = {"id": carrier_account_id, "url": found.url, "has_secret": found.has_secret}
    answer(data, as_json, found.url)


def _read_secret(language: Language) -> str:
    content = b"" if sys.stdin is None else sys.stdin.buffer.read(LARGEST_CREDENTIALS)
    try:
        secret = content.decode("utf-8").strip()
    except UnicodeDecodeError:
        raise WrongInput(STDIN_NOT_UTF8.format(language)) from None
    if not secret:
        raise WrongInput(NO_SECRET.format(language))
    return secret


@carrier_accounts.command("list")
@account_option
@looking_by_option
@json_option
@click.pass_context
def list_command(context: click.Context, account_slug: str, by: str | None, as_json: bool) -> None:
    """List an account's carrier accounts, and with whom each is shared."""
    runtime = runtime_of(context)
    app, language = runtime.application, runtime.settings.language
    account = account_looked_at(app, account_slug, by)
    found = list_carrier_accounts(app, account)
    answer({"carrier_accounts": [_entry(one) for one in found]}, as_json, *(_line(one, language) for one in found))


def _owner(runtime: Runtime, account_slug: str | None, by: str | None, carrier_account_id: str) -> tuple[Account, str]:
    """The account of a carrier account, and who acts: one of its admins, or the operator."""
    app = runtime.application
    if by is not None:
        try:
            user = acting(app, by, account_slug, lambda uow, account_id: _find(uow, account_id, carrier_account_id))
        except NotFound:
            raise Refused("no_carrier_account", NO_CARRIER_ACCOUNT, id=carrier_account_id) from None
        require_admin(user)
        with app.reading() as uow:
            return uow.accounts.get(user.account_id), user.id
    account_id = account_of_carrier_account(app, carrier_account_id)
    with app.reading() as uow:
        account = uow.accounts.get(account_id) if account_slug is None else find_account(uow, account_slug)
    return account, "operator"


def _find(uow: UnitOfWork, account_id: str, carrier_account_id: str) -> None:
    """Raises NotFound."""
    if not any(one.id == carrier_account_id for one in uow.carrier_accounts.list_for(account_id)):
        raise NotFound


def _entry(shared: SharedAccount) -> dict[str, Any]:
    account = shared.account
    return {
        "id": account.id,
        "carrier": account.carrier,
        "services": list(account.services),
        "shared_with_all": account.shared_with_all,
        "shared_with": list(shared.shared_with),
        "kept_from": list(shared.kept_from),
        "required_of": list(shared.required_of),
        "no_longer_required": list(shared.no_longer_required),
    }


def _line(shared: SharedAccount, language: Language) -> str:
    account = shared.account
    with_whom = "*" if account.shared_with_all else ", ".join(shared.shared_with) or "-"
    kept = f"  {KEPT_FROM.format(language, providers=', '.join(shared.kept_from))}" if shared.kept_from else ""
    duty = f"  {REQUIRED_OF.format(language, providers=', '.join(shared.required_of))}" if shared.required_of else ""
    return f"{account.id}  {account.carrier}  {', '.join(account.services)}  {with_whom}{kept}{duty}"
