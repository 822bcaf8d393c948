from __future__ import annotations

import io
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.log import log_plainly

from adapters.log import redact, set_up_logging
from engine.log import get_logger
from rules.messages import Language
from storage.errors import SecretKeyInvalid, SecretKeyMissing, SecretUnreadable, StorageError

ROOT = Path(__file__).parents[2]


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What is logged at level info, and logging as it was afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    set_up_logging("info", stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    log_plainly()


def redacted(value: Any, name: str = "value") -> Any:
    return redact(None, "info", {name: value})[name]


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "Password",
        "new_password",
        "token",
        "access_token",
        "Authorization",
        "client_secret",
        "secret",
        "brightpearl-auth",
        "Cookie",
        "api_key",
    ],
)
def test_values_named_as_secrets_are_hidden(name: str) -> None:
    assert redacted("hunter2", name) == "***"
    assert redacted({"nested": [{name: "hunter2", "user": "ana"}]}) == {"nested": [{name: "***", "user": "ana"}]}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://shop.example/orders?key=hunter2&x=1", "https://shop.example/orders"),
        ("https://ana:hunter2@shop.example/orders", "https://***@shop.example/orders"),
        ("GET /orders?key=hunter2 HTTP/1.1", "GET /orders HTTP/1.1"),
        ("refused: password=hunter2, user=ana", "refused: password=***, user=ana"),
        ('{"access_token": "hunter2", "user": "ana"}', '{"access_token": ***, "user": "ana"}'),
        ("{'brightpearl-auth': 'hunter2'}", "{'brightpearl-auth': ***}"),
        ("Authorization: Bearer hunter2", "Authorization: ***"),
        ("Did it work? Yes", "Did it work? Yes"),
        ("see https://relevo.example/help.", "see https://relevo.example/help."),
    ],
)
def test_texts_lose_what_may_be_secret(text: str, shown: str) -> None:
    assert redacted(text) == shown
    assert redacted(ValueError(text)) == shown


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("error", [SecretUnreadable(), SecretKeyMissing(), SecretKeyInvalid()])
def test_sentences_about_keys_are_whole(error: StorageError, language: Language) -> None:
    said = f"{type(error).__name__}: {error.message.format(language)}"
    assert redacted(said) == said


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("SecretUnreadable: password: hunter2", "SecretUnreadable: password: ***"),
        ("RELEVO_SECRET_KEY: c2VjcmV0LWtleQ and more", "RELEVO_SECRET_KEY: *** and more"),
        ("RELEVO_SECRET_KEY: hunter\nRELEVO_PORT: 1", "RELEVO_SECRET_KEY: ***\nRELEVO_PORT: 1"),
        ("RELEVO_SECRET_KEY=add that", "RELEVO_SECRET_KEY=*** that"),
        ("AccessToken: hunter two", "AccessToken: *** two"),
        ("token: add token: that", "token: *** token: ***"),
    ],
)
def test_what_only_looks_like_a_sentence_is_hidden(text: str, shown: str) -> None:
    assert redacted(text).replace("\\n", "\n") == shown


def test_numbers_stay_numbers() -> None:
    assert redacted([1, 2.5, True, None]) == [1, 2.5, True, None]


def test_an_event_is_one_line_with_its_level(lines: io.StringIO) -> None:
    get_logger("relevo.imports").info("import ended", orders=3, note="two\nlines", password="hunter2")

    (line,) = lines.getvalue().splitlines()
    assert "level=info logger=relevo.imports" in line
    assert 'event="import ended"' in line
    assert "orders=3" in line
    assert "hunter2" not in line


def test_lines_of_libraries_come_out_the_same_way(lines: io.StringIO) -> None:
    logging.getLogger("urllib3").warning("retrying %s", "https://shop.example/?token=hunter2", extra={"odd name": 1})

    (line,) = lines.getvalue().splitlines()
    assert 'event="retrying https://shop.example/"' in line
    assert "odd_name=1" in line


def test_an_exception_stays_on_its_line_without_secrets(lines: io.StringIO) -> None:
    try:
        raise ValueError("refused: token=hunter2")
    except ValueError as error:
        get_logger("relevo").error("import failed", exc_info=error)

    (line,) = lines.getvalue().splitlines()
    assert "ValueError: refused: token=***" in line
    assert "hunter2" not in line


def test_what_is_below_the_level_is_left_out(lines: io.StringIO) -> None:
    get_logger("relevo").debug("detail")
    logging.getLogger("library").debug("detail")

    assert lines.getvalue() == ""


def test_a_terminal_gets_columns() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    terminal = Terminal()
    try:
        set_up_logging("warning", terminal)
        get_logger("relevo").warning("held", order="100", token="hunter2")
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        log_plainly()

    assert "held" in terminal.getvalue()
    assert "level=" not in terminal.getvalue()
    assert "hunter2" not in terminal.getvalue()


def test_what_logs_nothing_starts_without_structlog(tmp_path: Path) -> None:
    program = (
        "import logging, sys; from app import Runtime; Runtime().application; print('structlog' in sys.modules); "
        "logging.getLogger('library').warning('retrying'); print('structlog' in sys.modules)"
    )
    environment = {**os.environ, "RELEVO_DATA_DIR": str(tmp_path), "RELEVO_LOG_LEVEL": "warning"}
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True, check=True)

    assert ended.stdout.split() == ["False", "True"]
    assert "event=retrying" in ended.stderr


def test_an_event_of_ones_own_loads_structlog_and_comes_out_like_the_others() -> None:
    program = (
        "import sys; from adapters.log import set_up_logging; from engine.log import get_logger; set_up_logging('info'); "
        "get_logger('relevo').debug('detail'); print('structlog' in sys.modules); get_logger('relevo').info('ended', orders=3)"
    )
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)

    assert ended.stdout.split() == ["False"]
    assert "level=info logger=relevo event=ended orders=3" in ended.stderr
