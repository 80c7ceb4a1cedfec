"""kustui: a workspace for customer-support agents in a terminal."""

__version__ = "0.1.0"
