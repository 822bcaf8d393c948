"""Where scripts have found the sandbox until now. It is `adapters.sandboxes.brightpearl`."""

from adapters.sandboxes.brightpearl import SandboxServer, Throttle, generate

__all__ = ["SandboxServer", "Throttle", "generate"]
