"""The settings of a kind of store as data: forms and commands are made from them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from rules.messages import Text


class SettingType(StrEnum):
    """What a person enters; the connector checks what it means."""

    TEXT = "text"
    URL = "url"
    CONCEALED = "concealed"  # typed unseen, read from the standard input, kept encrypted
    LONG_TEXT = "long_text"
    ID = "id"  # of something in the store's account
    IDS = "ids"
    CHOICE = "choice"  # one of its options
    FLAG = "flag"


class Stage(StrEnum):
    """Where a setting is asked for."""

    CONNECT = "connect"
    CHOOSE = "choose"  # the step after, once the account can be asked for its lists
    CHANGE = "change"  # the settings of a connected store


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a choice."""

    code: str
    label: Text


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting, or one credential, of a kind of store."""

    name: str  # its key
    label: Text
    type: SettingType = SettingType.TEXT
    help: Text | None = None
    options: tuple[Option, ...] = ()
    default: Any = None
    is_needed: bool = False  # nothing can be connected without it
    stages: frozenset[Stage] = frozenset({Stage.CONNECT, Stage.CHANGE})
    choices: str | None = None  # the list of `StoreChoices` that it chooses from
    blank_choice: Text | None = None  # what the id 0 stands for, where it stands for something
    section: str = ""  # settings of one section are shown together


@dataclass(frozen=True, slots=True)
class LoginScheme:
    """One way to get in: what has to be entered for it."""

    code: str
    label: Text
    note: Text
    settings: tuple[Setting, ...] = ()
    credentials: tuple[Setting, ...] = ()
    by_consent: bool = False  # the person agrees at the store instead of entering everything here
