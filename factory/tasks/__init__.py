"""What kinds of question may a model answer? One file a kind, which nothing else names.

A kind is a class in a file of its name, `TASK`; pipelines/measure/ has its numbers.
"""
