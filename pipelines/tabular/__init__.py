"""How is a yes-or-no question about the rows of a table learned and judged?

A builder's own training code may replace the step `train`. It gets the training rows and the
catalogue and leaves a folder that becomes the artifact:

- `metadata.json`: `features` (the columns to send, in order), `thresholds`, `hyperparameters`;
- `baseline.json`: counts per bin or level of every feature, over all training rows;
- `code/inference.py`: the four hooks model_fn, input_fn, predict_fn, output_fn;
- whatever these hooks load.
"""
