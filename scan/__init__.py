"""What is shipped, and what is known to be wrong with it?"""
