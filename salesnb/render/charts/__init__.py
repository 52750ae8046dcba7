"""Charts: each takes a finished table and a voice and gives a Figure with its alt text."""
