"""What must be ready before the stacks can be synthesized?"""
