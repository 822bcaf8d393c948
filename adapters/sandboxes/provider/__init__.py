"""A small stand-in for a fulfillment provider with a system of its own, for trying the product out and for its tests.

It stands alone: nothing in here uses the rest of the product but the loopback server that all stand-ins share.
"""

from .command import run_provider
from .events import EventLine
from .options import OptionError, ProviderOptions
from .orders import ProviderOrders
from .server import ProviderServer

__all__ = ["EventLine", "OptionError", "ProviderOptions", "ProviderOrders", "ProviderServer", "run_provider"]
