"""Which pages of the reference does the code write by itself? Those below docs/reference/."""
