"""Carriers by karrio, a library that is installed only where somebody wants them (requirements-karrio.txt)."""
