"""A whole walk-in morning, through real pins and real HTTP, under virtual time."""
