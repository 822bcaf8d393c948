"""Nothing is left unsaid in Spanish, and no code reaches a person without words."""

from __future__ import annotations

import ast
import io
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from adapters.web import wording
from adapters.web.history_wording import AUDIT_ACTIONS
from engine.decide.decision import ALERT, FLAGS, FULFILLMENT_REQUEST, NEEDS_ATTENTION
from engine.decide.explained_nodes import STATUS_TEXTS
from engine.decide.run import SUPERSEDED
from engine.decide.verdicts import NAMES
from engine.model.buyer_mail import BuyerMailStatus
from engine.model.fulfillment import ShipmentState
from engine.model.job import NO_CHANNEL, JobKind, JobState
from engine.model.mail import MailMode, MailState
from engine.model.order import DELIVERY_PROBLEM, OUTDATED, OVERDUE, OrderState
from engine.model.order_words import STATUS_WORDS
from engine.model.request import RequestState, Work
from engine.model.request_message import MessageKind
from engine.model.store import StoreState
from engine.model.timeline import ACTION_KINDS, SAID_ELSEWHERE
from engine.model.write_back import ASKS_PARTS, WriteBackStatus
from engine.services.fulfillment.client_orders import RECALLED_BUT_SHIPPED
from engine.services.fulfillment.list_untold import Listener
from rules.document import TRIGGERS

WEB = Path(wording.__file__).parent
SPANISH = WEB / "translations" / "es" / "LC_MESSAGES"
KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
PLACEHOLDER = re.compile(r"%\(\w+\)s")


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with (SPANISH / "messages.po").open("rb") as file:
        return read_po(file, locale="es")


@pytest.fixture(scope="module")
def said() -> set[str]:
    """What the pages and their code say, in English."""
    with (WEB / "translations" / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found = extract_from_dir(WEB, methods, options, KEYWORDS)
    return {message[0] if isinstance(message, tuple) else message for _, _, message, _, _ in found}


def test_everything_said_is_in_the_catalogue_and_nothing_else(catalogue: Catalog, said: set[str]) -> None:
    known = {message.id[0] if isinstance(message.id, tuple) else message.id for message in catalogue if message.id}

    assert len(said) > 150
    assert said - known == set()
    assert known - said == set()
    assert not catalogue.obsolete


def test_nothing_is_said_within_an_f_string() -> None:
    """Before Python 3.12 nobody finds it there."""
    inside = [
        f"{file.relative_to(WEB)}:{call.lineno}"
        for file in WEB.rglob("*.py")
        for text in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in KEYWORDS
    ]
    assert inside == []


def test_every_message_has_its_spanish_with_the_same_placeholders(catalogue: Catalog) -> None:
    for message in catalogue:
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        assert not message.fuzzy, message.id
        assert all(strings), message.id
        for string in strings:
            assert sorted(PLACEHOLDER.findall(string)) == sorted(PLACEHOLDER.findall(ids[-1])), message.id


def test_the_compiled_catalogue_is_that_of_the_text(catalogue: Catalog) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)

    assert (SPANISH / "messages.mo").read_bytes() == compiled.getvalue(), "compile: pybabel compile -d adapters/web/translations"


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (
            wording.STATUSES,
            {state.value for state in OrderState if state is not OrderState.OPEN} | {"awaiting_shipment", "on_hold"},
        ),
        (wording.FLAGS, {*FLAGS, OUTDATED, OVERDUE, DELIVERY_PROBLEM, RECALLED_BUT_SHIPPED, ASKS_PARTS}),
        (wording.TRIGGERS, set(TRIGGERS)),
        (wording.VERDICTS, set(STATUS_TEXTS)),
        (wording.NODE_VERDICTS, set(NAMES.values())),
        (wording.EFFECTS, {FULFILLMENT_REQUEST, ALERT, "email", "webhook", "queue"}),
        (wording.WAITING, {"on_hold", NEEDS_ATTENTION, SUPERSEDED, NO_CHANNEL}),
        (wording.JOB_KINDS, {kind.value for kind in JobKind}),
        (wording.JOB_STATES, {state.value for state in JobState}),
        (wording.MAIL_STATES, {state.value for state in MailState}),
        (wording.MAIL_MODES, {mode.value for mode in MailMode}),
        (wording.REQUEST_STATES, {state.value for state in RequestState}),
        (wording.WORKS, {work.value for work in Work}),
        (wording.MESSAGE_KINDS, {kind.value for kind in MessageKind}),
        (wording.SHIPMENT_STATES, {state.value for state in ShipmentState}),
        (wording.STORE_STATES, {state.value for state in StoreState}),
        (wording.STATE_REASONS, {"shipped_by_merchant"}),  # of requests that shipping took back, as it did once
        (wording.WRITE_BACK_STATES, {told.value for told in WriteBackStatus}),
        (wording.BUYER_MAIL_STATES, {told.value for told in BuyerMailStatus}),
        (wording.LISTENERS, {listener.value for listener in Listener}),
        (wording.WITHDRAWAL_STATES, {told.value for told in WriteBackStatus}),
    ],
)
def test_every_code_has_words(words: dict[str, object], codes: set[str]) -> None:
    assert codes - set(words) == set()


def test_whatever_is_written_down_about_an_order_has_words() -> None:
    written = re.compile(r'"(order\.[a-z_]+)"')
    sources = (WEB.parents[1] / "engine").rglob("*.py")
    codes = {code for source in sources for code in written.findall(source.read_text("utf-8"))}
    codes |= {f"order.{kind}" for kind in ("rejected", "started", "cancel_granted", "cancel_refused")}
    assert len(codes) > 12
    assert codes - set(AUDIT_ACTIONS) == set()
    assert set(AUDIT_ACTIONS) - set(ACTION_KINDS) - set(SAID_ELSEWHERE) == set(), "of no kind in the history"


def test_sentences_call_the_status_of_an_order_as_pages_do(catalogue: Catalog) -> None:
    pages = {code: str(words) for code, words in wording.STATUSES.items()}

    assert {str(code): words.en for code, words in STATUS_WORDS.items()} == pages
    assert {words.en: words.es for words in STATUS_WORDS.values()} == {name: catalogue[name].string for name in pages.values()}
