"""What happened? Events on the factory's bus."""
