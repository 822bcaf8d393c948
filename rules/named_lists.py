"""Named lists of an account: texts that rules compare with and that change without them, made ready to be compared."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Iterable
from typing import Any
from zoneinfo import ZoneInfo

from rules.messages import Message, Text
from rules.operators import Operator
from rules.order_document import dumps
from rules.values import exact_text, shown

MAX_MEMBERS = 100_000
MEMBERS_NAMED = 5  # of those that are wrong

WRONG_MEMBERS = Text(
    'the list "{list}" cannot be compared here: {reasons} (members that do not fit: {count})',
    'la lista "{list}" no sirve aquí: {reasons} (elementos que no encajan: {count})',
)
UNKNOWN_HERE = Text('the list "{list}" is not known here', 'la lista "{list}" no se conoce aquí')


class NamedList:
    """One state of a list: its members as they are written, each once. What they are made into is made once."""

    __slots__ = ("_made", "members", "name")

    def __init__(self, name: str, members: Iterable[str]) -> None:
        """`members` are texts that are not blank."""
        self.name = name
        self.members = tuple(dict.fromkeys(map(exact_text, members)))
        self._made: dict[Hashable, Any] = {}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NamedList) and (self.name, self.members) == (other.name, other.members)

    def __hash__(self) -> int:
        return hash((self.name, len(self.members)))

    def __reduce__(self) -> tuple[type[NamedList], tuple[str, tuple[str, ...]]]:
        return NamedList, (self.name, self.members)  # what its members were made into is made again elsewhere

    def __repr__(self) -> str:
        return f"NamedList({self.name!r}, {shown(self.members)})"

    def made(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """What `make` gives, which it is asked for once a key."""
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = make()
        return found

    def operand(self, operator: Operator, match_case: bool, zone: ZoneInfo) -> Any | Message:
        """The members as the operator compares with them; what is wrong, where some are of another kind than the field."""
        key = operator.type, operator.code, match_case, zone.key
        return self.made(key, lambda: self._operand(operator, match_case, zone))

    def _operand(self, operator: Operator, match_case: bool, zone: ZoneInfo) -> Any | Message:
        assert operator.value is not None
        assert operator.value.read_listed is not None
        read = [operator.value.read_listed(member) for member in self.members]
        wrong = [one for one in read if isinstance(one, Message)]
        if not wrong:
            return operator.prepare(tuple(read), match_case, zone)
        reasons = Text(*("; ".join(one.format(language) for one in wrong[:MEMBERS_NAMED]) for language in ("en", "es")))
        return Message("wrong_list_member", WRONG_MEMBERS, {"list": self.name, "reasons": reasons, "count": len(wrong)})


def digest_of(members: Iterable[str]) -> str:
    """What tells one state of a list from any other."""
    return hashlib.sha256(dumps({"members": list(members)})).hexdigest()[:32]


def operand_of_list(named: NamedList | None, name: str, operator: Operator, match_case: bool, zone: ZoneInfo) -> Any | Message:
    """What a condition that names a list compares with; why it cannot, where there is no such list or it does not fit."""
    if named is None:
        return Message("unknown_list", UNKNOWN_HERE, {"list": name})
    return named.operand(operator, match_case, zone)
