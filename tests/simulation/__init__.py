"""Simulated truth: the bars of the method at full size. `python -m tests.simulation` prints them as a table."""
