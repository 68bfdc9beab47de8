"""Which walls stand around the factory? One stack per lifetime and duty."""
