"""Stands for the vendor's client. Here it is the correct one that madoguchi carries, as a program of its own; in your
repository it is yours, or an adapter to it. APP_DEFECT makes it wrong, for tests of the tests."""

import os
import subprocess
import sys

arguments = [os.environ.get("MADOGUCHI_COMMAND", "madoguchi"), "reference-client"]
if "APP_DEFECT" in os.environ:
    arguments += ["--defect", os.environ["APP_DEFECT"]]
sys.exit(subprocess.call(arguments))
