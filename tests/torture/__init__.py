"""Pull the plug at any moment, and see whether the desk still knows everybody, once."""
