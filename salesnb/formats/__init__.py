"""The one place that turns numbers, dates and messages into words of a language."""

from salesnb.formats.voice import LANGUAGES, MISSING, Language, Voice

__all__ = ["LANGUAGES", "MISSING", "Language", "Voice"]
