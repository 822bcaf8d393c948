"""In which language somebody is written to."""

from __future__ import annotations

from engine.model.account import User
from engine.ports import UnitOfWork
from rules.messages import LANGUAGES, Language

_SPANISH = frozenset(
    {"AR", "BO", "CL", "CO", "CR", "CU", "DO", "EC", "ES", "GQ", "GT", "HN", "MX", "NI", "PA", "PE", "PR", "PY", "SV", "UY", "VE"}
)
_ENGLISH = frozenset(
    {"AG", "AU", "BB", "BS", "BZ", "CA", "GB", "GG", "GI", "GY", "IE", "IM", "JE", "JM", "MT", "NZ", "SG", "TT", "US", "ZA"}
)


def language_of(user: User | None) -> Language:
    """A person's own, as far as it is spoken here; English to somebody who is not known."""
    return next((language for language in LANGUAGES if user is not None and language == user.language), "en")


def language_of_country(country: object) -> Language | None:
    """What most people of a country read, where that is a language spoken here. `country`: ISO 3166 alpha-2."""
    code = str(country or "").strip().upper()
    return "es" if code in _SPANISH else "en" if code in _ENGLISH else None


def language_of_account(uow: UnitOfWork, account_id: str) -> Language:
    """That of the account's country, else its first admin's."""
    found = language_of_country(uow.accounts.get(account_id).country)
    return found or language_of(next((user for user in uow.users.list_for(account_id) if user.is_admin), None))


def country_name(code: str, language: Language) -> str:
    """What a country is called in a language; a code that is none stays as it is."""
    from babel import Locale  # here, since it takes long to load and only mails to buyers need it

    return str(Locale(language).territories.get(code.upper(), code))
