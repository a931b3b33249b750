"""What scripts/fuzz is made of: a module a concern."""
