"""Words as they are compared, wherever they come from."""


def fold(word: str) -> str:
    """A word without what does not tell words apart: case, padding, doubled spaces, ё.

    >>> fold("  Всё  Плохо ")
    'все плохо'
    """
    return " ".join(str(word).split()).lower().replace("ё", "е")
