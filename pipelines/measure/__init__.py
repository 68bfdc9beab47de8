"""How well does a model of each kind answer? Numpy only: it travels with the model."""
