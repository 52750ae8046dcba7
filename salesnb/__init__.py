"""salesnb: what conversion is, who has it, and what it is associated with."""

__version__ = "0.1.0"
