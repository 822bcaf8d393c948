"""Named lists that an account keeps: its rules compare with their members, and each decision keeps which state it saw."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class AccountList:
    """A list as it is now. Its members are kept by their digest, with the states that decisions have seen."""

    id: str
    account_id: str
    name: str  # a slug: rules name it
    digest: str
    count: int  # of members
    changed_at: datetime
    changed_by: str  # the id of a person, or who else acts
