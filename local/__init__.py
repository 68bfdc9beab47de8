"""How does the factory stand on a laptop? Synthesized, deployed into a local cloud, with people."""
