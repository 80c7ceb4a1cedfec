"""What is sent to the terminal, and how keys are read from it."""
