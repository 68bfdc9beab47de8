"""Is what the stacks made still as it was deployed, or did somebody change it by hand?"""
