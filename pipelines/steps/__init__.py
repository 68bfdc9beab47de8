"""What does each job of a run do? The factory's own steps, which ship with every recipe."""
