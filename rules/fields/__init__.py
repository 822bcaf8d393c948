"""The fields that conditions read. Importing the package registers all of them, in the order people look for them."""

from importlib import import_module

from rules.fields.catalogue import ITEM_FIELDS, ORDER_FIELDS, Field, FieldCatalogue

for _module in ("origin", "buyer", "amounts", "shipping", "delegation", "tracking", "items", "stock"):
    import_module(f"{__name__}.{_module}")

__all__ = ["ITEM_FIELDS", "ORDER_FIELDS", "Field", "FieldCatalogue"]
