"""What commands that take something away say of the rules that name it."""

from __future__ import annotations

from collections.abc import Sequence

from engine.services.deciding.rules_naming import RULES_NAME_IT
from rules.messages import Language


def naming_lines(rule_ids: Sequence[str], language: Language) -> list[str]:
    """A line that names them; none where no rule does."""
    return [RULES_NAME_IT.format(language, rules=", ".join(rule_ids))] if rule_ids else []
