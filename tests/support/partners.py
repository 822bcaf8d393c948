"""Merchants and 3PLs of a shop that invite and answer each other."""

from __future__ import annotations

from support.shop import OWNER, PASSWORD, PROVIDER, STRANGER, Shop

from engine.model.account import AccountKind, User
from engine.model.connection import Connection
from engine.services.accounts.accounts import add_location, create_account
from engine.services.accounts.people import add_person
from engine.services.connections.invite_client import invite_client

MEMBER, IRIS = "bo@casa-verde.example", "iris@iris.example"
NICKNAME, COMPANY = "the green ones", "Iris Logistics"


def user_of(shop: Shop, email: str) -> User:
    with shop.app.reading() as unit:
        return unit.users.list_by_email(email)[0]


def connection_of(shop: Shop, email: str, connection_id: str) -> Connection:
    """As the account of that person has it."""
    with shop.app.reading() as unit:
        return unit.connections.get(unit.users.list_by_email(email)[0].account_id, connection_id)


def operators_connection(shop: Shop) -> Connection:
    """The one that the shop has from the beginning."""
    with shop.app.reading() as unit:
        return unit.connections.list_for_provider(shop.provider.id)[0]


def invited_by_iris(shop: Shop) -> Connection:
    """An invitation of another 3PL to the merchant's owner, whose account has a location and a member."""
    create_account(shop.app, name="Iris", kind=AccountKind.PROVIDER, email=IRIS, password=PASSWORD, country="ES")
    add_location(shop.app, shop.merchant.slug, code="MAD1", country="ES")
    add_member(shop)
    return invite_client(shop.app, user_of(shop, IRIS), client_name=NICKNAME, company_name=COMPANY, email=OWNER)


def add_member(shop: Shop, slug: str = "", email: str = MEMBER) -> None:
    add_person(shop.app, slug or shop.merchant.slug, email=email, role="member", password=PASSWORD, language="en")


def invite_stranger(shop: Shop) -> Connection:
    """An invitation of the shop's 3PL."""
    names = {"client_name": "Elsewhere, Seville", "company_name": "Acme Logistics"}
    return invite_client(shop.app, user_of(shop, PROVIDER), **names, email=STRANGER)
