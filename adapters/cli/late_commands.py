"""Groups of commands whose modules are loaded when they are called: checking a rule file does not load a web server."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

LateCommands = Mapping[str, tuple[str, str]]  # by name: where it is, as "module:name", and what it says of itself


class LateGroup(click.Group):
    """A group that knows of some commands only where they are and what they say of themselves; a test compares the two."""

    def __init__(self, *arguments: Any, late: LateCommands, in_order: bool = False, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.late = late
        self._in_order = in_order

    def list_commands(self, ctx: click.Context) -> list[str]:
        names = [*self.late, *super().list_commands(ctx)]
        return names if self._in_order else sorted(names)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.late:
            return super().get_command(ctx, cmd_name)
        module, _, name = self.late[cmd_name][0].partition(":")
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """As click does, which would load every command for it."""
        commands = [self._known(name) for name in self.list_commands(ctx)]
        room = formatter.width - 6 - max(len(command.name or "") for command in commands)
        with formatter.section("Commands"):
            formatter.write_dl([(command.name or "", command.get_short_help_str(room)) for command in commands])

    def _known(self, name: str) -> click.Command:
        """The command, or, of one that is loaded late, as much of it as a list shows."""
        return click.Command(name, help=self.late[name][1]) if name in self.late else self.commands[name]
