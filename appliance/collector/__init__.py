"""The coordinator's program: keeps the letters of every box and makes the tables from them."""
