"""What do the pages of docs/reference say? They are written from the code."""
