"""Why something of a store is not an order here: the cause in plain words, and what to do about it, as its kind says it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from adapters.web.language import page_language
from engine.model.store_kind import StoreKind
from engine.model.store_reasons import Role


@dataclass(frozen=True, slots=True)
class Advice:
    """One line of the table: what is the matter, why, and what helps. The last two are blank where nobody knows (any more)."""

    problem: str
    cause: str = ""
    remedy: str = ""
    is_parked: bool = False  # what has this reason is parked


def advice_of(kind: StoreKind, on_record: Iterable[str]) -> dict[str, Advice]:
    """The table of a kind of store, by the codes of its reasons; those on record that it does not list come last."""
    language = page_language()
    reasons = {reason.code: reason for reason in kind.reasons}
    reasons |= {code: kind.reasons_by_code[code] for code in sorted(on_record) if code in kind.reasons_by_code}
    table = {
        code: Advice(
            reason.problem.format(language),
            reason.cause.format(language),
            reason.remedy.format(language),
            is_parked=reason.role is Role.UNREADABLE,
        )
        for code, reason in reasons.items()
    }
    return table | {code: Advice(code) for code in sorted(on_record) if code not in table}


def remedy_for(kind: StoreKind, code: str) -> str | None:
    """What to do about a reason, beside its sentence; None when that says it, or when nothing is the matter."""
    reason = kind.reasons_by_code.get(code)
    return None if reason is None or reason.says_remedy else reason.remedy.format(page_language())
