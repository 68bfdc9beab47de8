"""How does the factory run on a laptop? Synthesized and deployed into a local cloud."""
