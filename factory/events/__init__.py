"""What happened? Events on the factory's bus, one class per type."""
