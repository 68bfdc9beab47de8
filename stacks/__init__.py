"""What is deployed together? One stack per lifetime and duty."""
