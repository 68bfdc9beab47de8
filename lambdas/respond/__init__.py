"""What is done about drift?"""
