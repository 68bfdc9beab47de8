"""What is a model? A spec with rules, families of specs, and all of them together."""
