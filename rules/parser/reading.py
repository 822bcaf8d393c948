"""Reading the parts of a document: keys that are known, required or misspelt, and values of the wrong kind."""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct

from rules.messages import Text
from rules.placeholders import suggestion
from rules.problems import Problems
from rules.source import Mapping, Node, Scalar, Sequence, text_of, to_plain
from rules.values import shown

UNKNOWN_KEY = Text('unknown key "{key}"{hint}; known here: {known}', 'clave desconocida "{key}"{hint}; aquí se admiten: {known}')
MISSING_KEY = Text('the key "{key}" is missing', 'falta la clave "{key}"')
WRONG_TYPE = Text("{wanted} is expected here, this is {found}", "aquí se espera {wanted}, esto es {found}")

A_MAPPING = Text("a group of `key: value`", "un grupo de `clave: valor`")
A_LIST = Text("a list", "una lista")
A_TEXT = Text("a text", "un texto")
A_BOOLEAN = Text("true or false", "true o false")

SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")


SWITCH = "enabled"  # false takes a part of a rule out


def join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


class Reader(Struct):
    """Reads one mapping of the document; its problems go to the shared list."""

    mapping: Mapping
    path: str
    problems: Problems

    def line_of(self, key: str) -> int:
        return self.mapping.lines.get(key, self.mapping.line)

    def check_keys(self, known: Iterable[str], required: Iterable[str] = ()) -> None:
        names = list(known)
        for key in self.mapping.entries:
            if key not in names:
                self.problems.error(
                    self.line_of(key),
                    join(self.path, key),
                    "unknown_key",
                    UNKNOWN_KEY,
                    key=key,
                    hint=suggestion(key, names),
                    known=", ".join(names),
                )
        for key in required:
            if key not in self.mapping.entries:
                self.problems.error(self.mapping.line, self.path, "missing_key", MISSING_KEY, key=key)

    def wrong_type(self, key: str, wanted: Text) -> None:
        node = self.mapping.entries[key]
        self.problems.error(
            self.line_of(key), join(self.path, key), "wrong_type", WRONG_TYPE, wanted=wanted, found=shown(to_plain(node))
        )

    def text(self, key: str, default: str = "") -> str:
        node = self.mapping.entries.get(key)
        if node is None:
            return default
        text = text_of(node)
        if text is None:
            if isinstance(node, Scalar) and node.value is None:
                return default
            self.wrong_type(key, A_TEXT)
            return default
        return text

    def boolean(self, key: str, default: bool) -> bool:
        node = self.mapping.entries.get(key)
        if node is None:
            return default
        if isinstance(node, Scalar) and isinstance(node.value, bool):
            return node.value
        self.wrong_type(key, A_BOOLEAN)
        return default

    def list(self, key: str) -> list[Node] | None:
        """The list at a key; None when it is missing or no list (which is reported)."""
        node = self.mapping.entries.get(key)
        if node is None:
            return None
        if isinstance(node, Sequence):
            return node.items
        self.wrong_type(key, A_LIST)
        return None


def as_mapping(node: Node, path: str, problems: Problems) -> Reader | None:
    """A reader of a node that has to be a mapping; None, and a problem, when it is not."""
    if isinstance(node, Mapping):
        return Reader(node, path, problems)
    problems.error(node.line, path, "wrong_type", WRONG_TYPE, wanted=A_MAPPING, found=shown(to_plain(node)))
    return None


def is_off(node: Node) -> bool:
    """Whether a part of a rule is switched off: it counts as if it were not written, and nothing in it is looked at."""
    switch = node.entries.get(SWITCH) if isinstance(node, Mapping) else None
    return isinstance(switch, Scalar) and switch.value is False
