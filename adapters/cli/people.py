"""`people`: those who log in, and those whom orders are about."""

from __future__ import annotations

from importlib import import_module

import click


@click.group()
def people() -> None:
    """People of an account, and buyers whose data has to go."""


import_module("adapters.cli.erase")  # adds its command to the group
