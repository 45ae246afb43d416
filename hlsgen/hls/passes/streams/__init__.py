"""Arrays whose elements pass in order, as streams."""
