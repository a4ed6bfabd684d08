"""How fast and how small: each figure with its limit."""
