"""What `simplify` makes of each kind of operation: the id that it becomes, or None when it stays."""
