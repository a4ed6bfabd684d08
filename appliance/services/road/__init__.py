"""The box's road to its coordinator: introductions, keys, and what comes down."""
