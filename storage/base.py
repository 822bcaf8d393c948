"""The base of all tables: naming of constraints and what Python types mean as columns."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Integer, LargeBinary, MetaData, Text
from sqlalchemy.orm import DeclarativeBase

from storage.columns import ExactDecimal, UtcDateTime

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Tables are declared as classes for their types; rows travel as plain values, not as tracked objects."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text(),
        int: Integer(),
        bytes: LargeBinary(),
        datetime: UtcDateTime(),
        Decimal: ExactDecimal(),
    }


# SQLite numbers rows by itself only for a primary key declared as INTEGER.
SERIAL = BigInteger().with_variant(Integer(), "sqlite")
