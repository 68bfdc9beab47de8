"""What does AWS say, what does the local cloud, and how is either tried?"""
