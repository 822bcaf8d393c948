"""`requests`: what merchants ask of providers, and the providers' answers."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

import click

from adapters.cli.accounts import account_option
from adapters.cli.acting import account_looked_at, acting, by_option, looking_by_option, of_account_option
from adapters.cli.output import WrongInput, answer, json_option, say, write_bytes, write_line
from adapters.cli.runtime import runtime_of
from engine.model.reason_line import ReasonLine
from engine.model.reject_reasons import REJECT_REASONS
from engine.model.request import FulfillmentRequest, RequestAction
from engine.services.fulfillment.answer_request import Answer, answer_request
from engine.services.fulfillment.list_requests import SeenRequest, list_requests
from engine.services.fulfillment.write_message import write_message
from rules.messages import Language, Text
from rules.visible import harmless_line

ANSWERED = Text("{id}: {state}, {work}", "{id}: {state}, {work}")
BAD_LINE = Text("--line {line} cannot be read: write {form}.", "No se entiende --line {line}: escribe {form}.")
NONE = Text("No requests.", "No hay solicitudes.")
WRITTEN = Text("{id}: written", "{id}: escrito")
Command = Callable[..., Any]
Option = Callable[[Command], Command]
_code = click.option("--code", required=True, metavar="C", help=f"The reason: {', '.join(REJECT_REASONS)}.")
_missing_line = click.option(
    "--line", "lines", multiple=True, metavar="KEY[=QTY]", help="A line, or units of it, that cannot be shipped; again for each."
)
_closed_line = click.option(
    "--line", "lines", multiple=True, metavar="KEY=CODE[:T]", help="A line's own reason, where it is another; again for each."
)
_text = click.option("--text", default="", metavar="T", help="A sentence that the client reads.")


@click.group("requests")
def requests() -> None:
    """Fulfillment requests, and what providers answer."""


@requests.command("list")
@account_option
@looking_by_option
@click.option("--json-lines", is_flag=True, help="One JSON object a line, one line a request.")
@click.pass_context
def list_command(context: click.Context, account_slug: str, by: str | None, json_lines: bool) -> None:
    """List what an account asked of providers, and what clients asked of it."""
    runtime = runtime_of(context)
    app = runtime.application
    account = account_looked_at(app, account_slug, by)
    found = list_requests(app, account.id)
    if not found and not json_lines:
        say(NONE.format(runtime.settings.language))
    for seen in found:
        if json_lines:
            write_line(_entry(seen))
        else:
            request = seen.request
            columns = (request.id, seen.role, request.state.value, seen.work.value, seen.order_number, seen.client, seen.provider)
            say(harmless_line("  ".join(columns)))
    write_bytes()


def _entry(seen: SeenRequest) -> dict[str, Any]:
    request = seen.request
    entry: dict[str, Any] = {
        "id": request.id,
        "role": seen.role,
        "state": request.state.value,
        "work": seen.work.value,
        "reason": _reason(request),
        "order_number": seen.order_number,
        "client": seen.client,
        "provider": seen.provider,
        "lines": [
            {
                "line_key": line.line_key,
                "sku": line.sku,
                "provider_sku": line.provider_sku or line.sku,
                "name": line.name,
                "quantity": line.quantity,
                "shipped": line.shipped,
            }
            for line in request.lines
        ],
        "service_preference": request.service_preference,
        "created_at": request.created_at.isoformat(),
        "fulfil_by": None if request.fulfil_by is None else request.fulfil_by.isoformat(),
        "change": _change(request),
        "allowed": [action.value for action in seen.allowed],
    }
    if seen.order_id is not None:
        entry["order_id"] = seen.order_id
    return entry


def _reason(request: FulfillmentRequest) -> dict[str, Any] | None:
    """Why it is in its state; a refused recall has a text alone. `lines` is there where the provider named some."""
    if not request.state_reason and not request.reason_text:
        return None
    reason: dict[str, Any] = {"code": request.state_reason, "text": request.reason_text}
    if request.reason_lines:
        reason["lines"] = [
            {"line_key": line.line_key, "quantity": line.quantity, "code": line.code, "text": line.text}
            for line in request.reason_lines
        ]
    return reason


def _change(request: FulfillmentRequest) -> dict[str, Any] | None:
    """What the client wants otherwise since a label was made."""
    change = request.change
    if change is None:
        return None
    fields = [{"field": name, "before": change.kept.get(name), "after": change.wanted.get(name)} for name in change.fields]
    return {"state": change.state.value, "asked_at": change.at.isoformat(), "text": change.text, "fields": fields}


def _about_one(command: Command, *options: Option) -> Command:
    """What every command about one request takes, besides some of its own."""
    taken: list[Option] = [click.argument("request_id", metavar="ID"), *options, by_option, of_account_option, json_option]
    taken.append(click.pass_context)
    for option in reversed(taken):
        command = option(command)
    return command


def _why(what: str) -> Option:
    return click.option("--text", required=True, metavar="T", help=what)


# Each answer of a provider: what it means, and what it needs.
ANSWERS: dict[RequestAction, tuple[str, tuple[Option, ...]]] = {
    RequestAction.ACCEPT: ("Promise to ship what was asked.", ()),
    RequestAction.START: ("Say that the work has begun: from then on the client cannot take it back without your answer.", ()),
    RequestAction.REJECT: ("Do not ship what was asked, and say why.", (_code, _text, _missing_line)),
    RequestAction.CLOSE: ("Ship no more of it: the rest is the client's again.", (_code, _text, _closed_line)),
    RequestAction.GRANT_CANCEL: ("Give back what the client has recalled.", (_text,)),
    RequestAction.REFUSE_CANCEL: ("Ship what the client has recalled all the same.", (_why("Why: the client reads it."),)),
    RequestAction.ACCEPT_CHANGE: ("Take over what the client has changed since a label was made.", ()),
    RequestAction.REFUSE_CHANGE: ("Ship the order as it was when its label was made.", (_why("Why: the client reads it."),)),
}


def _parse_lines(action: RequestAction, lines: tuple[str, ...], language: Language) -> tuple[ReasonLine, ...]:
    parse = _parse_closed if action is RequestAction.CLOSE else _parse_missing
    return tuple(parse(line, language) for line in lines)


def _parse_missing(line: str, language: Language) -> ReasonLine:
    """KEY or KEY=QTY."""
    key, separator, written = line.rpartition("=")
    if not separator:
        return ReasonLine(line)
    try:
        return ReasonLine(key, Decimal(written))
    except InvalidOperation:
        raise WrongInput(BAD_LINE.format(language, line=line, form="KEY, KEY=QTY")) from None


def _parse_closed(line: str, language: Language) -> ReasonLine:
    """KEY=CODE or KEY=CODE:text."""
    key, separator, why = line.partition("=")
    if not separator or not key:
        raise WrongInput(BAD_LINE.format(language, line=line, form="KEY=CODE, KEY=CODE:text"))
    code, _, text = why.partition(":")
    return ReasonLine(key, code=code, text=text)


def _add_answer(action: RequestAction, about: str, options: tuple[Option, ...]) -> None:
    def command(
        context: click.Context,
        request_id: str,
        by: str,
        account_slug: str | None,
        as_json: bool,
        code: str | None = None,
        text: str = "",
        lines: tuple[str, ...] = (),
    ) -> None:
        runtime = runtime_of(context)
        app = runtime.application
        actor = acting(app, by, account_slug, lambda uow, account_id: uow.requests.get(account_id, request_id))
        given = Answer(action, code, text, _parse_lines(action, lines, runtime.settings.language))
        answered = answer_request(app, actor.account_id, request_id, given, actor.id)
        data = {"id": answered.id, "state": answered.state.value, "work": answered.work(app.clock.now()).value}
        answer(data, as_json, ANSWERED.format(runtime.settings.language, **data))

    requests.command(action.value, help=about)(_about_one(command, *options))


for _action, (_about, _options) in ANSWERS.items():
    _add_answer(_action, _about, _options)


def write(context: click.Context, request_id: str, text: str, by: str, account_slug: str | None, as_json: bool) -> None:
    """Write to the other side about a request."""
    runtime = runtime_of(context)
    actor = acting(runtime.application, by, account_slug, lambda uow, account_id: uow.requests.get(account_id, request_id))
    write_message(runtime.application, actor.account_id, request_id, text, actor.id)
    answer({"id": request_id}, as_json, WRITTEN.format(runtime.settings.language, id=request_id))


requests.command("write")(_about_one(write, _why("What the other side reads, at most 2000 characters.")))
