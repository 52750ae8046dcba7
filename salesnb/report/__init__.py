"""Runs the notebooks and writes the files of a month."""
