"""The list of commands, which loads none of them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from adapters.cli.late_commands import LateGroup
from adapters.cli.main import relevo
from adapters.cli.rules import rules
from app import Runtime

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("group", [relevo, rules], ids=["relevo", "rules"])
def test_the_list_says_of_each_command_what_it_says_of_itself(group: LateGroup) -> None:
    context = click.Context(group, info_name="app.py")
    listed, loaded = context.make_formatter(), context.make_formatter()

    group.format_commands(context, listed)
    click.Group.format_commands(group, context, loaded)

    assert listed.getvalue() == loaded.getvalue()
    assert len(listed.getvalue().splitlines()) > 25


@pytest.mark.parametrize("group", [relevo, rules], ids=["relevo", "rules"])
def test_each_command_has_the_name_it_is_called_by(group: LateGroup) -> None:
    context = click.Context(group)

    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        assert command.name == name


def choices_in(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object]]:
    context = click.Context(command, obj=Runtime())
    for parameter in command.get_params(context):
        if isinstance(parameter.type, click.Choice):
            for choice in parameter.type.choices:
                yield (*path, str(parameter.name)), choice
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from choices_in(below, (*path, name))


def test_every_choice_is_plain_text() -> None:
    choices = list(choices_in(relevo))

    assert len(choices) > 100
    assert {(path, choice) for path, choice in choices if type(choice) is not str} == set(), (
        "shown and taken by its name in the code"
    )


def loaded_by(arguments: list[str], watched: set[str]) -> str:
    """What a command prints, and which of these modules its process has loaded then."""
    program = (
        f"import sys; from adapters.cli.main import run; from app import Runtime; run(Runtime(), {arguments!r}); "
        f"print('loaded:', {watched!r} & sys.modules.keys())"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=os.environ.copy(), capture_output=True, text=True, check=True
    )
    return ended.stdout


def test_listing_the_commands_loads_none_of_them() -> None:
    printed = loaded_by(["--help"], {"adapters.cli.stores", "engine.application", "sqlalchemy", "flask"})

    assert "Usage: python app.py" in printed
    assert printed.endswith("loaded: set()\n")


def test_deciding_about_orders_of_a_file_loads_nothing_of_accounts(tmp_path: Path) -> None:
    orders = tmp_path / "orders.jsonl"
    orders.write_text('{"order_number": "SO-1"}\n')
    arguments = ["rules", "run", "--rules", str(ROOT / "benchmarks/rules_53.yaml"), "--orders", str(orders)]

    printed = loaded_by(
        arguments, {"adapters.cli.rule_sets", "engine.ports", "engine.model.order", "engine.model.mail", "sqlalchemy"}
    )

    assert '"order_number":"SO-1"' in printed
    assert printed.endswith("loaded: set()\n")
