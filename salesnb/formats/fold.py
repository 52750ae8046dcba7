"""Words as they are compared, wherever they come from."""

_ONE = str.maketrans("ёςı", "еσi")


def fold(word: str) -> str:
    """A word without what does not tell words apart: case, padding, doubled spaces, ё, the dots of
    a Turkish i.

    >>> fold("  Всё  Плохо "), fold("SATIŞ") == fold("satış"), fold("İptal") == fold("iptal"), fold("ΧΑΜΈΝΟΣ") == fold("χαμένος")
    ('все плохо', True, True, True)
    """  # noqa: E501
    plain = " ".join(str(word).split())
    # a sigma letter by letter, as the engine does it: at the end of a word it would be another
    small = "".join(map(str.lower, plain)) if "Σ" in plain else plain.lower()
    return small.translate(_ONE).replace("i\u0307", "i")
