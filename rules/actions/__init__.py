"""What rules do. One file an action; importing the package registers every file in it."""

from importlib import import_module
from pkgutil import iter_modules

from rules.actions.registry import Action, Nature, Parameter, ParameterKind, Reference, all_actions, find_action, find_part_label

for _module in sorted(module.name for module in iter_modules(__path__)):
    import_module(f"{__name__}.{_module}")

__all__ = ["Action", "Nature", "Parameter", "ParameterKind", "Reference", "all_actions", "find_action", "find_part_label"]
