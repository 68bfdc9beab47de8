"""What is done with a file of captured requests?"""
