"""What does each job of the recipe do? One module per step, and what they share."""
