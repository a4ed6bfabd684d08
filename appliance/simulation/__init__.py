"""The same ports in memory, for the demo and for tests."""
