"""A counter that stays open: card, reader and service, over `madoguchi serve` and its control socket."""

import json
import os
import shlex
import socket
import subprocess
import tempfile

from . import command


class CounterError(Exception):
    """What the counter answered instead of doing it."""


class Counter:
    """Card, reader and service for one client. A context manager; `env` is what the client is started with.

    with Counter("happy/visual") as counter:
        subprocess.run([…], env={**os.environ, **counter.env})
    """

    def __init__(self, scenario="happy/visual", out=None, options=()):
        self._folder = None if out else tempfile.TemporaryDirectory(prefix="madoguchi-")
        self.out = str(out or self._folder.name)
        self.scenario = scenario
        self.env = {}
        self.text = ""
        arguments = [command.path(), "serve", "--scenario", scenario, "--out", self.out, *options]
        self._process = subprocess.Popen(
            arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        # the control socket is told last, when all else has been said
        for line in self._process.stdout:
            self.text += line
            word, _, rest = line.strip().partition(" ")
            if word == "export":
                name, _, value = rest.partition("=")
                self.env[name] = shlex.split(value)[0] if value else ""
                if name == "MADOGUCHI_CONTROL":
                    break
        if "MADOGUCHI_CONTROL" not in self.env:
            self._process.wait()
            raise CounterError(self.text)
        self._line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._line.connect(self.env["MADOGUCHI_CONTROL"])
        self._answers = self._line.makefile("r", encoding="utf-8")

    def ask(self, name, **values):
        """A command of the control socket, such as ask("insert", card="shiken-hanako"): what is answered."""
        request = {name: {key: value for key, value in values.items() if value is not None}}
        self._line.sendall((json.dumps(request) + "\n").encode())
        answer = json.loads(self._answers.readline() or '{"error": "the counter has ended"}')
        if "error" in answer:
            raise CounterError(answer["error"])
        return answer["ok"]

    def insert(self, card=None):
        """Lays a card on the reader: that of the scenario, or of another persona."""
        return self.ask("insert", card=card)

    def remove(self):
        """Takes the card away."""
        return self.ask("remove")

    def trace(self):
        """What has happened so far, as the lines of the trace."""
        with open(os.path.join(self.out, self.scenario, "trace.jsonl"), encoding="utf-8") as file:
            return [json.loads(line) for line in file]

    def close(self):
        """Closes the counter: what card and web traffic alone show, as text, and whether all of it is well."""
        if self._process.poll() is None:
            try:
                self.ask("end")
            except (CounterError, OSError):
                self._process.terminate()
        self._line.close()
        self.text += self._process.stdout.read()
        return self._process.wait() == 0, self.text

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
        if self._folder:
            self._folder.cleanup()
