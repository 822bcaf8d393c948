"""The list of commands, which loads none of them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click

from adapters.cli.main import relevo

ROOT = Path(__file__).parents[3]


def test_the_list_says_of_each_command_what_it_says_of_itself() -> None:
    context = click.Context(relevo, info_name="app.py")
    listed, loaded = context.make_formatter(), context.make_formatter()

    relevo.format_commands(context, listed)
    click.Group.format_commands(relevo, context, loaded)

    assert listed.getvalue() == loaded.getvalue()
    assert len(listed.getvalue().splitlines()) > 25


def test_listing_the_commands_loads_none_of_them() -> None:
    program = (
        "import sys; from adapters.cli.main import run; from app import Runtime; run(Runtime(), ['--help']); "
        "print('commands:', {'adapters.cli.stores', 'engine.application', 'sqlalchemy', 'flask'} & sys.modules.keys())"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=os.environ.copy(), capture_output=True, text=True, check=True
    )

    assert "Usage: python app.py" in ended.stdout
    assert ended.stdout.endswith("commands: set()\n")
