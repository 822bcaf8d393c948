"""`orders create` and `orders duplicate`: orders that people make."""

from __future__ import annotations

import click

from adapters.cli.accounts import account_option
from adapters.cli.acting import maybe_by_option, order_account_option
from adapters.cli.delegation import parse_lines, who_acts
from adapters.cli.order_entry import order_entry
from adapters.cli.output import WrongInput, answer, json_option
from adapters.cli.runtime import runtime_of
from engine.services.accounts.acting import find_account, find_acting
from engine.services.repair.create import NewLine, NewOrder, create_order
from engine.services.repair.duplicate import duplicate_order
from rules.messages import Language, Text

_PARTS = {"sku": "sku", "quantity": "quantity", "name": "name", "price": "unit_price", "weight": "weight_g"}
BAD_LINE = Text(
    '"{line}" is not a line: write parts such as sku=MUG,quantity=2,name=Blue mug,price=9.90,weight=400.',
    '"{line}" no es una línea: escribe partes como sku=MUG,quantity=2,name=Blue mug,price=9.90,weight=400.',
)
PART_TWICE = Text(
    '"{line}" has {part} twice: write each part once.', '"{line}" tiene {part} dos veces: escribe cada parte una vez.'
)


@click.command("create")
@account_option
@click.option("--name", default="", help="Who gets it; a name or a company is needed.")
@click.option("--company", default="")
@click.option("--street", "streets", multiple=True, help="The street with its number; again for a second line.")
@click.option("--city", default="")
@click.option("--state", default="")
@click.option("--postal-code", default="")
@click.option("--country", required=True, help="Its two letters, such as ES.")
@click.option("--phone", default="")
@click.option("--email", default="")
@click.option("--any-address", is_flag=True, help="Take the address also if it does not look right.")
@click.option("--line", "lines", multiple=True, metavar="PARTS", help="sku=MUG,quantity=2,name=…,price=9.90,weight=400 (grams).")
@click.option("--currency", default="EUR", show_default=True, help="Of the prices.")
@click.option("--requested-service", default="", help="What the buyer wants; rules choose by it.")
@click.option("--number", default="", help="The order's number; without it, it gets one.")
@click.option("--note", default="", help="A note for your own people.")
@maybe_by_option
@json_option
@click.pass_context
def create(
    context: click.Context,
    account_slug: str,
    streets: tuple[str, ...],
    any_address: bool,
    lines: tuple[str, ...],
    by: str | None,
    as_json: bool,
    **written: str,
) -> None:
    """Make an order by hand, without a store; the rules run over it as over one that was imported."""
    runtime = runtime_of(context)
    app, language = runtime.application, runtime.settings.language
    with app.reading() as uow:
        account = find_account(uow, account_slug)
        actor = "operator" if by is None else find_acting(uow, by, account_slug, lambda _: None).id
    address = ("name", "company", "city", "state", "postal_code", "country", "phone")
    street = {f"street{number}": text for number, text in enumerate(streets[:2], 1)}
    wanted = NewOrder(
        ship_to={part: written[part] for part in address} | street,
        lines=[_line(text, language) for text in lines],
        currency=written["currency"],
        requested_service=written["requested_service"],
        number=written["number"],
        email=written["email"],
        note=written["note"],
        takes_any_address=any_address,
    )
    order = create_order(app, account.id, wanted, actor)
    answer(order_entry(order), as_json, f"{order.order_number}: {order.status()} ({order.id})")


def _line(text: str, language: Language) -> NewLine:
    parts = [part.partition("=") for part in text.split(",")]
    names = [name.strip() for name, _, _ in parts]
    if not all(separator and name in _PARTS for name, (_, separator, _) in zip(names, parts, strict=True)):
        raise WrongInput(BAD_LINE.format(language, line=text))
    for name in names:
        if names.count(name) > 1:
            raise WrongInput(PART_TWICE.format(language, line=text, part=name))
    written = {_PARTS[name]: value for name, (_, _, value) in zip(names, parts, strict=True)}
    return NewLine(**{"sku": "", "quantity": "", **written})


@click.command("duplicate")
@order_account_option
@click.argument("order_id")
@click.option("--line", "lines", multiple=True, metavar="KEY=QTY", help="Units of a line; again for each. Else all of the order.")
@maybe_by_option
@json_option
@click.pass_context
def duplicate(
    context: click.Context, account_slug: str | None, order_id: str, lines: tuple[str, ...], by: str | None, as_json: bool
) -> None:
    """Make an order of an order, such as a replacement for a lost parcel; the store hears nothing of it."""
    runtime = runtime_of(context)
    app, language = runtime.application, runtime.settings.language
    account_id, actor = who_acts(app, account_slug, by, order_id)
    order = duplicate_order(app, account_id, order_id, actor, parse_lines(lines, language) if lines else None)
    answer(order_entry(order), as_json, f"{order.order_number}: {order.status()} ({order.id})")
