"""Control of the team: what was planned and what came of it."""

from salesnb.control import plan

__all__ = ["plan"]
