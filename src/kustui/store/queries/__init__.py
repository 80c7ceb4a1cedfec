"""Questions in plain SQL, one function each; what they answer are records."""
