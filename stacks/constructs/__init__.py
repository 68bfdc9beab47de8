"""What are the walls made of? One role, one file, one class."""
