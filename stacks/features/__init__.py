"""What does the factory do? Functions, queues and stores that belong together."""
