"""Commands that are given an account and an id: with another account's id they find nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from support.command_line import Answer, Call, create
from support.owned_rows import rows_of

from adapters.cli.main import relevo as command_line
from adapters.sandboxes.brightpearl import SandboxServer
from app import Runtime
from engine.model.mail import MailContent, MailKind, Recipient
from engine.services.mail.post_mail import post_mail

IDS = {
    *("order_id", "order_ids", "shipment_id", "store_id", "mail_id", "connection_id", "request_id"),
    *("carrier_account_id", "statement_id", "offer_id"),
}
BY = ("--by", "owner@elsewhere.example")
SHIPPED = ("--carrier", "seur", "--service", "24h", "--tracking", "T1")
AGAIN = ("--redirect-uri", "https://relevo.example/stores/consent")
WITH_ACCOUNT_AND_ID: dict[str, tuple[str, ...]] = {
    "orders raw": (),
    "orders release": (),
    "orders cancel": ("--reason", "gone", *BY),
    "orders restore": BY,
    "orders duplicate": BY,
    "orders split": ("--line", "1=1", *BY),
    "orders join": BY,
    "orders separate": BY,
    "orders combine": (*BY, "ord_1"),
    "orders reprocess": (),
    "orders ship": SHIPPED,
    "orders unship": (),
    "orders label": ("--carrier", "house", "--service", "van", "--parcel", "500", *BY),
    "orders rates": ("--parcel", "500", *BY),
    "orders void": BY,
    "orders service-points": BY,
    "orders track": BY,
    "insights orders": (),
    "insights times": (),
    "insights costs": (),
    "orders explain": BY,
    "orders address": BY,
    "orders return-label": BY,
    "orders tell-again": BY,
    "orders tell-parts": ("--when", "all_out", *BY),
    "labels save": ("--out", "never.pdf", *BY),
    "labels print": ("--station", "Table 1", *BY),
    "stores authorise brightpearl": AGAIN,
    "stores explain": ("--order", "1", *BY),
    "stores import": BY,
    "stores reconcile": BY,
    "stores methods list": BY,
    "mails send-again": (),
    "services list": (),
    "orders delegate": ("--provider", "elsewhere", *BY),
    "orders recall": BY,
    "orders hold": ("--reason", "wait", *BY),
    "orders run-rule": (*BY, "some-rule"),
    "orders set": (*BY, "weight_g=1"),
    "orders unset": (*BY, "weight_g"),
    "orders edits": BY,
    "connections approve": ("--accept-terms", *BY),
    "connections decline": BY,
    "connections remove": BY,
    "connections set": ("--grace-minutes", "5", *BY),
    "connections skus": BY,
    "connections prices": ("--monthly", "5", "--currency", "EUR", *BY),
    "connections stop": BY,
    "requests accept": BY,
    "requests start": BY,
    "requests reject": ("--code", "duplicate", *BY),
    "requests close": ("--code", "duplicate", *BY),
    "requests grant-cancel": BY,
    "requests refuse-cancel": ("--text", "no", *BY),
    "requests accept-change": BY,
    "requests refuse-change": ("--text", "no", *BY),
    "requests write": ("--text", "hello", *BY),
    "carrier-accounts share": ("--all", *BY),
    "carrier-accounts set": ("--nickname", "Vans", *BY),
    "carrier-accounts calls": ("--no-secret", *BY),
    "providers test": BY,
    "providers rotate-secret": BY,
    "providers remove": BY,
    "rules adopt": BY,
    "rules offered": (),
    "rules withdraw-offer": BY,
    "statements show": BY,
    "statements issue": BY,
    "statements paid": BY,
    "statements save": ("--format", "csv", "--out", "never.csv", *BY),
}
# The operator looks after all accounts: these find out whose the store is.
WITH_AN_ID_ALONE = {
    *("stores choices", "stores disconnect", "stores reconnect", "stores set", "stores webhooks"),
}


@pytest.fixture
def order_id(relevo: Call, store: str, merchant: str, server: SandboxServer) -> str:
    assert relevo("stores", "import", store).code == 0
    return str(relevo("orders", "list", "--account", merchant, "--json-lines").lines[0]["id"])


@pytest.fixture
def mail_id(merchant: str) -> str:
    runtime = Runtime()
    app = runtime.application
    content = MailContent("s", ("m",))
    with app.unit_of_work() as uow:
        account = uow.accounts.find_by_slug(merchant)
        assert account is not None
        to = Recipient("buyer@elsewhere.example", None, "en")
        mail = post_mail(app, uow, account_id=account.id, to=to, kind=MailKind.RULE_EMAIL, content=content)
        uow.commit()
    runtime.database.close()
    assert mail is not None
    return mail.id


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group, obj=Runtime())  # the kinds of store have commands of their own
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        elif command is not None:
            yield " ".join((*path, name)), command


def test_every_command_that_takes_an_id_is_tried_here() -> None:
    taking = {name: {str(one.name) for one in command.params} for name, command in commands(command_line)}
    with_id = {name: params for name, params in taking.items() if params & IDS}

    assert {name for name, params in with_id.items() if "account_slug" in params} == set(WITH_ACCOUNT_AND_ID)
    assert {name for name, params in with_id.items() if "account_slug" not in params} == WITH_AN_ID_ALONE


@pytest.fixture
def handed_over(relevo: Call, merchant: str, order_id: str, tmp_path: Path) -> dict[str, str]:
    """A connection, request, carrier account, statement, provider's system, shipment and offer of rules of the merchant."""
    create(relevo, "Acme 3PL", "3pl")
    connection = relevo("connections", "create", "--provider", "acme-3pl", "--client", merchant, "--json").json["id"]
    request = relevo("orders", "delegate", order_id, "--provider", "acme-3pl", "--json").json["results"][0]["request_id"]
    contract = relevo("carrier-accounts", "add", "--account", merchant, "--carrier", "dhl", "--service", "a", "--json").json["id"]
    prices = ("--monthly", "5", "--currency", "EUR", "--by", "owner@acme-3pl.example")
    assert relevo("connections", "prices", connection, *prices).code == 0
    statement = relevo("statements", "list", "--account", merchant, "--json").json["statements"][0]["id"]
    system = ("--name", "Norte", "--url", "http://127.0.0.1:9/", "--by", f"owner@{merchant}.example", "--json")
    assert relevo("locations", "add", "--account", merchant, "--code", "LON1", "--country", "GB").code == 0
    others = relevo("orders", "list", "--account", merchant, "--json-lines").lines
    second = next(one["id"] for one in others if one["id"] != order_id and one["status"] == "awaiting_shipment")
    shipment = relevo("orders", "ship", second, *SHIPPED, "--later", "--json").json["shipment"]["id"]
    integrated = relevo("providers", "add", "--account", merchant, *system).json["id"]
    file = tmp_path / "offered.yaml"
    file.write_text("set: offered\nrules: []")
    offer = relevo("rules", "offer", str(file), "--account", merchant, "--json").json["id"]
    return {
        "connections": connection,
        "requests": request,
        "carrier-accounts": contract,
        "statements": statement,
        "providers": integrated,
        "labels": shipment,
        "rules": offer,
    }


def thing_of(command: str, handed_over: dict[str, str], order_id: str, store: str) -> str:
    """The merchant's own of what a command is about."""
    if command in ("orders void", "orders track"):
        return handed_over["labels"]
    return store if command.startswith("stores") else handed_over.get(command.split(maxsplit=1)[0], order_id)


def test_another_accounts_ids_are_unknown(
    relevo: Call, store: str, merchant: str, order_id: str, mail_id: str, handed_over: dict[str, str]
) -> None:
    other = create(relevo, "Elsewhere", "merchant")
    before = kept_of(merchant)

    for command, options in WITH_ACCOUNT_AND_ID.items():
        named, unknown = {
            "stores": (("--store", store), ("--store", "sto_x")) if "authorise" in command else ((store,), ("sto_x",)),
            "orders": ((thing_of(command, handed_over, order_id, store),), ("ord_x",)),
            "mails": ((mail_id,), ("mai_x",)),
            "insights": (("--store", store), ("--store", "sto_x")),
            "services": (("--order", order_id), ("--order", "ord_x")),
            **{group: ((identifier,), ("id_x",)) for group, identifier in handed_over.items()},
        }[command.split()[0]]
        theirs = relevo(*command.split(), "--account", other, *options, *named)
        nobodys = relevo(*command.split(), "--account", other, *options, *unknown)

        assert (command, theirs.code) == (command, nobodys.code)
        assert said(theirs).replace(named[-1], unknown[-1]) == said(nobodys)
    assert kept_of(merchant) == before


FOR_ADMINS = {
    *("connections approve", "connections decline", "connections remove", "connections set", "connections stop"),
    *("providers test", "providers rotate-secret", "providers remove"),
}
BY_ALONE = {f"carrier-accounts {name}" for name in ("share", "set", "calls")}  # for admins as well, and need no request


def test_nobody_acts_for_an_account_that_is_not_theirs_or_beyond_their_role(
    relevo: Call, store: str, merchant: str, order_id: str, handed_over: dict[str, str]
) -> None:
    create(relevo, "Elsewhere", "merchant")
    member = "bo@casa-verde.example"
    person = ("--email", member, "--role", "member", "--password-stdin")
    assert relevo("people", "add", "--account", merchant, *person, stdin="a relay needs two\n").code == 0
    before = kept_of(merchant)

    for command, options in WITH_ACCOUNT_AND_ID.items():
        if "--by" not in options:
            continue
        thing = thing_of(command, handed_over, order_id, store)
        own = tuple("acme-3pl" if option == "elsewhere" else option for option in options)
        stranger = relevo(*command.split(), *own, "--account", merchant, thing)
        assert (command, stranger.code, "owner@elsewhere.example" in said(stranger)) == (command, 1, True)
        if command in FOR_ADMINS | BY_ALONE:
            own = tuple(member if option == BY[1] else option for option in own)
            colleague = relevo(*command.split(), *own, "--account", merchant, thing)
            assert (command, colleague.code, "an admin has to do this" in said(colleague)) == (command, 1, True)
    assert kept_of(merchant) == before


def said(answer: Answer) -> str:
    """A refusal, or what a command for several orders says of each."""
    return answer.out.decode() if answer.out else answer.sentence


def kept_of(slug: str) -> object:
    database = Runtime().database
    try:
        with database.reading_unit_of_work() as unit:
            account = unit.accounts.find_by_slug(slug)
            assert account is not None
            return rows_of(unit.connection, account.id)
    finally:
        database.close()
