"""What is wrong right now, and who is notified?"""
