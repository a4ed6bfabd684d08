"""A year of whole boxes and their coordinator, in minutes: what happened beside what is known."""
