"""How are the factory's words computed on real data? The muscle behind the domain."""
