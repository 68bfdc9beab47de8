"""What does a reader find? Pages, some of them written from the code."""
