"""The sites: visitors, staff and the waiting-room screen."""
