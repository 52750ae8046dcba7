"""One reading for a whole run: the params and the store on which every page of it stands, told to
its kernels.
"""

import json
import os
from functools import lru_cache
from pathlib import Path

from salesnb.params import Params, find_params, parse_params
from salesnb.source.leftovers import is_private
from salesnb.source.shared import Shared
from salesnb.source.store import Stored, read_stored, reading_key

SHARED = "shared"  # folder of what the kernels have in common
VARIABLE = "SALESNB_READING"  # path of the file in which a run tells its kernels


def tell_kernels(
    work: Path, params_path: Path, text: str, params: Params, source: Stored
) -> dict[str, str]:
    """The environment in which `open_book` of those params stands on `source`, whatever becomes of
    the files meanwhile.

    Parameters
    ----------
    work : private folder of the run
    params_path, text : the params file and what it held when the run began
    """
    told = {
        "path": str(params_path),
        "text": text,
        "store": str(source.folder),
        "key": reading_key(params),
    }
    path = work / "reading.json"
    (work / SHARED).mkdir(mode=0o700)
    path.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    return {VARIABLE: str(path)}


def in_kernel() -> bool:
    """Whether this is a kernel of a run."""
    return VARIABLE in os.environ


@lru_cache
def _told(path: str) -> dict:
    return json.loads(Path(path).read_text(encoding="utf-8"))


def told_params(path: str | Path) -> Params | None:
    """The params that the run began with, where this is a kernel of a run on that file."""
    if not in_kernel():
        return None
    told, found = _told(os.environ[VARIABLE]), find_params(path)
    return parse_params(told["text"], found) if str(found) == told["path"] else None


def told_source(params: Params) -> Stored | None:
    """The store that the run began with, where this is a kernel of a run and the params read an
    export in the same way.
    """
    if not in_kernel():
        return None
    told = _told(os.environ[VARIABLE])
    return (
        read_stored(Path(told["store"]), deep=False) if reading_key(params) == told["key"] else None
    )


def told_shared(source: object) -> Shared | None:
    """Where the kernels of a run keep what they have in common, for a Book on the store of the
    run; None also where others could have put something there: it is loaded as objects.
    """
    if not in_kernel() or not isinstance(source, Stored):
        return None
    told = Path(os.environ[VARIABLE])
    if not is_private(told.parent):
        return None
    return Shared(told.parent / SHARED) if _told(str(told))["store"] == str(source.folder) else None
