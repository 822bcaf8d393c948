"""The commands that README and the operator's page show: each is there, with each of its options."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from adapters.cli.main import relevo as root
from app import Runtime

ROOT = Path(__file__).parents[3]
CALL = re.compile(r"(?:^|[|(] ?)(?:relevo|python app\.py|\.venv/bin/python app\.py) ((?:[a-z-]+ ?)+)([^|#)\n]*)", re.MULTILINE)


def shell_blocks(name: str) -> list[str]:
    text = (ROOT / name).read_text("utf-8").replace("\\\n", " ")
    return re.findall(r"```sh\n(.*?)```", text, re.DOTALL)


def calls_in(name: str) -> list[tuple[str, str]]:
    return [(words.strip(), rest) for block in shell_blocks(name) for words, rest in CALL.findall(block)]


@pytest.mark.parametrize(
    ("name", "at_least"),
    [
        ("README.md", 15),
        ("docs/operations.md", 6),
        ("docs/rules.md", 10),
        ("docs/mail.md", 2),
        ("docs/schedules.md", 4),
        ("docs/connections.md", 17),
        ("docs/fulfillment.md", 20),
        ("docs/orders-grid.md", 5),
        ("docs/repairing-orders.md", 9),
        ("docs/statements.md", 10),
        ("docs/insights.md", 5),
        ("docs/reconciliation.md", 2),
        ("docs/inventory.md", 11),
        ("docs/defaults.md", 14),
        ("docs/carriers.md", 8),
        ("docs/shipping.md", 6),
        ("docs/integrated-providers.md", 8),
        ("docs/rules.md", 8),
        ("docs/shipping.md", 10),
        ("docs/shipping.md", 8),
        ("docs/trying-rules.md", 10),
    ],
)
def test_every_command_shown_is_there(name: str, at_least: int) -> None:
    calls = calls_in(name)
    assert len(calls) >= at_least
    for words, rest in calls:
        command: click.Command | None = root
        context = click.Context(root, obj=Runtime())
        for word in words.split():
            if not isinstance(command, click.Group):
                break
            command = command.get_command(context, word)
            assert command is not None, words
        assert command is not None
        assert not isinstance(command, click.Group), words
        known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
        assert set(re.findall(r"(?<!\S)--[a-z0-9-]+", rest)) <= known, (words, rest)


def test_the_readme_works_apart_from_the_demo() -> None:
    [block] = [
        one for one in re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL) if "relevo()" in one
    ]
    set_at = block.index("export RELEVO_DATA_DIR=")

    assert set_at < min(block.index(f"relevo {command} ") for command in ("sandbox", "accounts", "stores", "rules"))
    assert block.index('PASSWORD="') < block.index('"$PASSWORD"')
    assert not re.search(r"\b(STORE_ID|ORDER_ID|NUMBER)\b(?!=)", re.sub(r'"\$[A-Z_]+"', "", block)), (
        "nothing is left to be filled in"
    )
