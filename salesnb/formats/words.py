"""Message catalogues: the English text is the key, `locale/<language>/salesnb.po` has the
translation.
"""

import gettext
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE_FOLDER = Path(__file__).parent / "locale"


@lru_cache
def catalogue(language: str) -> gettext.NullTranslations:
    """The messages of `language`; English needs none, since the keys are English.

    Read from the .po itself, so that there is no compiled copy to fall behind it.
    """
    path = LOCALE_FOLDER / language / "salesnb.po"
    if not path.exists():
        return gettext.NullTranslations()
    with path.open("rb") as file:
        messages = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
