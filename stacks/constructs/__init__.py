"""What is the factory built of? Things of AWS, each set up as the factory needs it."""
