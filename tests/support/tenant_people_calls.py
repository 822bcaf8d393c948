"""The repository of people, called with one account's id and another's things."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from support.tenants import Things

PEOPLE: Mapping[str, Callable[[Any, str, Things], object]] = {
    "Users.find": lambda uow, own, it: uow.users.find(own, it.user.id),
    "Users.list_for": lambda uow, own, it: uow.users.list_for(own),
    "Users.lock_for": lambda uow, own, it: uow.users.lock_for(own),
    "Users.set_password": lambda uow, own, it: uow.users.set_password(own, it.user.id, "changed"),
    "Users.set_role": lambda uow, own, it: uow.users.set_role(own, it.user.id, "member"),
    "Users.set_profile": lambda uow, own, it: uow.users.set_profile(own, it.user.id, language="en", time_zone="Asia/Tokyo"),
    "Users.remove": lambda uow, own, it: (uow.web_sessions.end_all(own, it.user.id), uow.users.remove(own, it.user.id)),
    "Users.set_theme": lambda uow, own, it: uow.users.set_theme(own, it.user.id, "dark"),
}
