"""Letters to a coordinator: what is in them, how they are sealed and in which order they come."""
