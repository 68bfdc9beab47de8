"""Which types do templates have, and what does each do? One module a service."""
