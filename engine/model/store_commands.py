"""How the settings of a kind of store are given on the command line. Help is in English, as that of all commands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class StoreCommand(StrEnum):
    """The commands that take settings or credentials."""

    CONNECT = "connect"
    AUTHORISE = "authorise"  # connect by consent
    RECONNECT = "reconnect"
    SET = "set"


@dataclass(frozen=True, slots=True)
class CommandOption:
    """An option of a command; its type and its values are those of the setting or credential that it gives."""

    setting: str  # the name, or `LOGIN`
    help: str | None = None
    name: str = ""  # such as --channel-id, or --note-public/--note-private; blank: made of the setting's name
    metavar: str | None = None
    is_required: bool = False
    default: str | None = None
    codes: tuple[str, ...] = ()  # of the ways to log in, for `LOGIN`
    empties: bool = False  # takes no value and stands for the setting's empty one


@dataclass(frozen=True, slots=True)
class StoreCommands:
    """The options of one kind of store by command, in the order in which help lists them."""

    options: Mapping[StoreCommand, tuple[CommandOption, ...]] = field(default_factory=dict, hash=False)
    about: Mapping[StoreCommand, str] = field(default_factory=dict, hash=False)  # what help says of a kind's own command
