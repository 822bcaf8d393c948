"""A faithful local simulator of one Brightpearl account, for trying the product out and for its tests.

It stands alone: nothing in here uses the rest of the product.
"""

from .auth import SandboxCredentials, TokenError, TokenKind
from .command import run_sandbox
from .data import SandboxData, UnknownIdError
from .faults import Fault, FaultError, FaultKind
from .generator import generate
from .options import OptionError, SandboxOptions
from .server import SandboxServer
from .throttle import Throttle
from .tls import SandboxTls

__all__ = [
    "Fault",
    "FaultError",
    "FaultKind",
    "OptionError",
    "SandboxCredentials",
    "SandboxData",
    "SandboxOptions",
    "SandboxServer",
    "SandboxTls",
    "Throttle",
    "TokenError",
    "TokenKind",
    "UnknownIdError",
    "generate",
    "run_sandbox",
]
