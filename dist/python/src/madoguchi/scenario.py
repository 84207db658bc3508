"""Scenarios against a client, over `madoguchi run`."""

import json
import os
import subprocess
import tempfile

from . import command


class Failed(AssertionError):
    """A scenario did not pass; the text is madoguchi's own report of it."""


def run(scenario, client, options=(), env=None):
    """Plays scenarios against a client and returns the JSON report. Raises `Failed` where they did not pass."""
    with tempfile.TemporaryDirectory(prefix="madoguchi-") as folder:
        report = os.path.join(folder, "report.json")
        arguments = [command.path(), "run", scenario, "--client", client, "--json", report, "--out", folder, *options]
        told = subprocess.run(
            arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=env
        )
        if told.returncode != 0:
            raise Failed(told.stdout)
        with open(report, encoding="utf-8") as file:
            return json.load(file)


def listed(*patterns):
    """The ids of the scenarios that these patterns choose; all of them without any."""
    arguments = [command.path(), "list", "scenarios", *patterns]
    told = subprocess.run(arguments, stdout=subprocess.PIPE, text=True, check=True).stdout
    return [line.split()[0] for line in told.splitlines() if line.strip()]
