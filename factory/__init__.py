"""What is a model, and what may happen to it? The domain: pure Python, standard library only."""
