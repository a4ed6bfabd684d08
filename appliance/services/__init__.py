"""What the box does all day, one service a file."""
