"""The settings of a kind of store as data: forms, commands and documentation are made from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from rules.messages import Text

LOGIN = "auth"  # the key of a store's settings that names its way to log in


class SettingType(StrEnum):
    """What a person enters; the connector checks what it means."""

    TEXT = "text"
    CODE = "code"  # a text that no keyboard may correct
    URL = "url"
    PASSWORD = "password"  # noqa: S105 # as a concealed one, but blanks around it belong to it
    CONCEALED = "concealed"  # typed unseen, read from the standard input, kept encrypted; its name says that it is a secret
    LONG_TEXT = "long_text"
    ID = "id"  # of something in the store's account, where these are whole numbers
    IDS = "ids"
    TEXT_ID = "text_id"  # the same where they are texts
    TEXT_IDS = "text_ids"
    CHOICE = "choice"  # one of its options; the first one when nothing was chosen
    FLAG = "flag"

    @property
    def is_concealed(self) -> bool:
        return self in (SettingType.PASSWORD, SettingType.CONCEALED)

    @property
    def is_list(self) -> bool:
        return self in (SettingType.IDS, SettingType.TEXT_IDS)

    @property
    def is_number(self) -> bool:
        """Whether what is entered, or each part of it, is a whole number."""
        return self in (SettingType.ID, SettingType.IDS)


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
class Section:
    """Settings that are shown together, in the order in which they are described."""

    heading: Text
    comes_first: bool = False  # before how to log in, and before what every store has, else after it


@dataclass(frozen=True, slots=True)
class Words:
    """How a setting is asked for at one stage, where that differs from how it is else."""

    label: Text | None = None
    help: Text | None = None
    section: Section | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting, or one credential, of a kind of store."""

    name: str  # its key
    label: Text
    type: SettingType = SettingType.TEXT
    help: Text | None = None
    options: tuple[Option, ...] = ()
    default: Any = None  # what is chosen in the form of a new store before anybody did
    is_needed: bool = False  # nothing can be connected without it
    stages: frozenset[Stage] = frozenset({Stage.CONNECT, Stage.CHANGE})
    words: Mapping[Stage, Words] = field(default_factory=dict, hash=False)
    choices: str | None = None  # the list of `StoreChoices` that it chooses from
    blank_choice: Text | None = None  # what the id 0 stands for, where it stands for something
    section: Section | None = None
    names_account: bool = False  # people know the store's account by it
    selects_orders: bool = False  # it decides which orders come
    shapes_orders: bool = False  # it decides how an order is read
    bears_on: tuple[str, ...] = ()  # settings that may become wrong, or missing, by it

    @property
    def empty(self) -> Any:
        """Its value when nothing was entered."""
        match self.type:
            case SettingType.IDS | SettingType.TEXT_IDS:
                return []
            case SettingType.ID | SettingType.TEXT_ID:
                return None
            case SettingType.CHOICE:
                return self.options[0].code
            case SettingType.FLAG:
                return False
            case _:
                return ""

    @property
    def waits_for_choice(self) -> bool:
        """Whether it is chosen from the account's lists, once they can be read."""
        return Stage.CHOOSE in self.stages and self.choices is not None

    def label_at(self, stage: Stage) -> Text:
        return self._words_at(stage).label or self.label

    def help_at(self, stage: Stage) -> Text | None:
        return self._words_at(stage).help or self.help

    def section_at(self, stage: Stage) -> Section | None:
        return self._words_at(stage).section or self.section

    def _words_at(self, stage: Stage) -> Words:
        return self.words.get(stage, _NO_WORDS)


_NO_WORDS = Words()


@dataclass(frozen=True, slots=True)
class LoginScheme:
    """One way to get in: what has to be entered for it."""

    code: str
    label: Text
    note: Text | None = None
    settings: tuple[Setting, ...] = ()
    credentials: tuple[Setting, ...] = ()
    by_consent: bool = False  # the person agrees at the store instead of entering everything here

    @property
    def fields(self) -> tuple[Setting, ...]:
        """All that is entered for it: settings that are needed, credentials, and what may stay blank."""
        needed = [setting for setting in self.settings if setting.is_needed]
        return (*needed, *self.credentials, *(setting for setting in self.settings if not setting.is_needed))


NO_LOGIN = LoginScheme("", Text("", ""))  # of a kind of store that nobody has to log in to


@dataclass(frozen=True, slots=True)
class Connecting:
    """What people are told who are about to connect a store of a kind."""

    needs: tuple[Text, ...] = ()  # what they have to have at hand
    imports: Text | None = None  # which orders come
    name_help: Text | None = None  # what a store is called that gets no name
    left_to_choose: Text | None = None  # connected by consent, with nothing chosen yet: what to do next
