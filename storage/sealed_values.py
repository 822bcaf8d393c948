"""Credentials as they are handed out: sealed, until somebody looks at one of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from rules.order_document import loads
from storage.errors import SecretKeyMissing
from storage.secret_box import SecretBox


class SealedValues(Mapping[str, str]):
    """Values by name that are opened when they are used: one owner's, sealed with a key that was lost, is in nobody else's way,
    and what needs none of them, such as a list or a new log-in, goes without.

    Looking at them raises SecretUnreadable, or SecretKeyMissing.
    """

    def __init__(self, secrets: SecretBox | None, sealed: str) -> None:
        self._secrets = secrets
        self._sealed = sealed

    @cached_property
    def _opened(self) -> Mapping[str, str]:
        if self._secrets is None:
            raise SecretKeyMissing()
        return dict(loads(self._secrets.open(self._sealed)))

    def __getitem__(self, name: str) -> str:
        return self._opened[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._opened)

    def __len__(self) -> int:
        return len(self._opened)
