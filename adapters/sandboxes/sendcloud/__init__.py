"""A stand-in for Sendcloud's API version 3, for trying the product out and for its tests (docs/carriers.md).

What it sells is free, and lasts as long as it runs.
"""

from .command import run_sendcloud
from .faults import Fault, FaultError, FaultKind, parse_fault, parse_fault_words
from .options import OptionError, SendcloudOptions
from .server import CALLS, SendcloudServer

__all__ = [
    "CALLS",
    "Fault",
    "FaultError",
    "FaultKind",
    "OptionError",
    "SendcloudOptions",
    "SendcloudServer",
    "parse_fault",
    "parse_fault_words",
    "run_sendcloud",
]
