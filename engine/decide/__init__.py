"""Deciding: facts → compiled conditions → durable-rules fires → a decision; and the explanation of one."""

from engine.decide.compiled import CompiledRuleSet
from engine.decide.decide import decide
from engine.decide.decision import Decision
from engine.decide.run import Case

__all__ = ["Case", "CompiledRuleSet", "Decision", "decide"]
