"""What must be built before the stacks can be synthesized? Layers, and the Node of CDK."""
