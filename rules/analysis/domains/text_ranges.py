"""Which texts of one length are in some ranges and clear of others: what `between` asks of a text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Range = tuple[str, str]  # both ends are in it, and of one length

_FIRST, _LAST = "\0", "\U0010ffff"
_SURROGATES = 0xD800, 0xDFFF


def beginning_with(start: str, length: int) -> list[Range]:
    """All texts of a length that begin so."""
    rest = length - len(start)
    return [(start + _FIRST * rest, start + _LAST * rest)] if rest >= 0 else []


def common(some: Sequence[Range], others: Sequence[Range]) -> list[Range]:
    """What is in ranges of both, each rising and apart from one another."""
    shared = ((max(low, other_low), min(high, other_high)) for low, high in some for other_low, other_high in others)
    return sorted((low, high) for low, high in shared if low <= high)


def is_any_left(wanted: Iterable[Range], banned: Iterable[Range]) -> bool:
    """Whether the wanted ranges hold a text that none of the banned ones holds."""
    cuts = sorted(banned)
    for low, high in wanted:
        at: str | None = low
        for first, last in cuts:
            if at is None or at > high:
                break
            if first <= at <= last:
                at = following(last)
        if at is not None and at <= high:
            return True
    return False


def following(text: str) -> str | None:
    """The next text of the same length; None after the last."""
    for place in range(len(text) - 1, -1, -1):
        if text[place] != _LAST:
            code = ord(text[place]) + 1
            code = _SURROGATES[1] + 1 if code == _SURROGATES[0] else code
            return text[:place] + chr(code) + _FIRST * (len(text) - place - 1)
    return None
