"""madoguchi from Python: an open counter and scenarios, over the command `madoguchi`."""

from .counter import Counter, CounterError
from .scenario import Failed, run

__all__ = ["Counter", "CounterError", "Failed", "run"]
