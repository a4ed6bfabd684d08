"""One foreign library or system each."""
