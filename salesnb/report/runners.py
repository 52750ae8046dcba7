"""How the kernels of a run can be started."""

import os
import sys
from typing import Literal, TypeAlias, get_args

from salesnb.errors import RunError, unknown

Runner: TypeAlias = Literal["fork", "papermill"]
RUNNERS: tuple[str, ...] = get_args(Runner)


def usual_runner() -> Runner:
    """How kernels are started where nobody says: forked on Linux, each by itself elsewhere, where
    system libraries do not outlive a fork.

    >>> usual_runner() in RUNNERS
    True
    """
    return "fork" if sys.platform == "linux" and hasattr(os, "pidfd_open") else "papermill"


def known_runner(name: str | None) -> Runner:
    """The runner that a caller names; the usual one where none is named.

    Raises
    ------
    SalesnbError
        No such runner, or one that this system cannot have.

    >>> known_runner("papermill")
    'papermill'
    """
    usual = usual_runner()
    if not name:
        return usual
    if name not in RUNNERS:
        raise unknown("runner", name, RUNNERS, where="--runner")
    if name == "fork" and usual != "fork":
        raise RunError("--runner fork: kernels can be forked on Linux alone. Leave it out.")
    return name  # type: ignore[return-value]
