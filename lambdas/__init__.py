"""What does the factory do when something happens? One folder a function."""
