"""A small stand-in for EasyPost, for trying the product out and for its tests: what is bought here costs nothing.

It stands alone: nothing in here uses the rest of the product but the loopback server that all stand-ins share, and what draws
labels.
"""

from .book import ShipmentBook
from .command import run_easypost
from .options import EasyPostOptions, OptionError
from .server import EasyPostServer

__all__ = ["EasyPostOptions", "EasyPostServer", "OptionError", "ShipmentBook", "run_easypost"]
