"""What pages that take something away say of the rules that name it."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.web.language import page_language
from engine.services.deciding.rules_naming import RULES_NAME_IT
from rules.document import Rule


def rules_name_it(rules: Sequence[Rule]) -> str:
    """A sentence with the rules' names; empty where no rule names it."""
    return RULES_NAME_IT.format(page_language(), rules=", ".join(rule.name for rule in rules)) if rules else ""
