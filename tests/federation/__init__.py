"""The figures that letters and collector promise, each with its limit."""
