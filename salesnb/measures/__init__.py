"""Sales measures: frames in, small tidy tables out. The engine counts, pandas reasons."""
