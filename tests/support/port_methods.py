"""What the repositories' methods and the use cases ask for, read from their signatures."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import typing
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import engine.jobs
import engine.services
from engine.model.account import Account
from engine.ports import UnitOfWork

ACCOUNT_IDS = {"account_id", "account_ids", "provider_id", "client_id", "provider_account_id"}


def repository_methods() -> Iterator[tuple[str, str, Callable[..., Any]]]:
    """The methods of all repositories: the attribute of the unit of work, the method's full name, the method."""
    for attribute, protocol in typing.get_type_hints(UnitOfWork).items():
        for name, method in vars(protocol).items():
            if inspect.isfunction(method) and not name.startswith("_"):
                yield attribute, f"{protocol.__name__}.{name}", method


def use_cases() -> Iterator[tuple[str, Callable[..., Any]]]:
    """The public functions of the use cases and of the jobs, by module and name."""
    for package in (engine.services, engine.jobs):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            module = importlib.import_module(found.name)
            for name, function in vars(module).items():
                is_own = inspect.isfunction(function) and function.__module__ == module.__name__
                if is_own and not name.startswith("_"):
                    yield f"{found.name.removeprefix('engine.')}.{name}", function


def asked_for(function: Callable[..., Any]) -> list[str]:
    """The names of the parameters, without `self`, in their order."""
    return [name for name in inspect.signature(function).parameters if name != "self"]


def ids_asked_for(function: Callable[..., Any]) -> list[str]:
    """The parameters that are ids of things, accounts left out."""
    return [name for name in asked_for(function) if name.endswith(("_id", "_ids")) and name not in ACCOUNT_IDS]


def names_an_account(function: Callable[..., Any]) -> bool:
    """Whether there is an account's id before every other id, or an object that has one."""
    ids = [name for name in asked_for(function) if name.endswith(("_id", "_ids"))]
    return (bool(ids) and ids[0] in ACCOUNT_IDS) or takes_an_owned_object(function)


def takes_an_owned_object(function: Callable[..., Any]) -> bool:
    """Whether a parameter is an object of the model that says whose it is, or several of them."""
    changes = typing.get_type_hints(inspect.unwrap(function))
    return any(map(_is_owned, (kind for name, change in changes.items() if name != "return" for kind in _kinds(change))))


def _is_owned(kind: Any) -> bool:
    return kind is Account or (is_dataclass(kind) and any(field.name in ACCOUNT_IDS for field in fields(kind)))


def _kinds(change: Any) -> Iterator[Any]:
    yield change
    for part in typing.get_args(change):
        if not isinstance(part, list):
            yield from _kinds(part)
