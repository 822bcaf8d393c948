"""A shop on a sandbox, on each kind of database."""

from support.sandbox_fixtures import clock, quiet, shop, sqlite_shop

__all__ = ["clock", "quiet", "shop", "sqlite_shop"]
