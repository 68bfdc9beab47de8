"""How fast is it? One file a benchmark; each prints one JSON line last."""
