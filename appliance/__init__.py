"""The queue, the free wifi and the honest figures of one digipunt."""

__version__ = "0.1.0"
