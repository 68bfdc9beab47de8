"""What do we deploy, and which known problems does it have?"""
