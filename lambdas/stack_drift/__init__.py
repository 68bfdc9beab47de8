"""Is what the stacks made still as it was deployed?"""
