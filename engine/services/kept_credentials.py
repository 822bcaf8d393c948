"""Credentials that are kept: they are sealed, and those whose key was lost can only be replaced."""

from __future__ import annotations

from collections.abc import Mapping

from engine.ports import SecretsUnreadable


def can_be_read(credentials: Mapping[str, str]) -> bool:
    """Whether the present keys open them."""
    try:
        len(credentials)
    except SecretsUnreadable:
        return False
    return True


def readable(credentials: Mapping[str, str]) -> Mapping[str, str]:
    """Them, or none where they cannot be read: for what goes on with new ones."""
    return credentials if can_be_read(credentials) else {}
