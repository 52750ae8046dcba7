"""Sample Ltd: a small company that does not exist, with known effects. See ../README.md."""
