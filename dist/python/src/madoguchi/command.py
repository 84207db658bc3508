"""Where the command is."""

import os
import shutil
import sysconfig


def path():
    """`MADOGUCHI_COMMAND`, or the command beside this Python, or the one on PATH."""
    named = os.environ.get("MADOGUCHI_COMMAND")
    if named:
        return named
    beside = os.path.join(sysconfig.get_path("scripts"), "madoguchi")
    found = beside if os.access(beside, os.X_OK) else shutil.which("madoguchi")
    if found is None:
        raise FileNotFoundError("the command madoguchi is not on PATH; pip install madoguchi")
    return found
