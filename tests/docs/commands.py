"""What does a shell block ask for, and what does it promise?"""

import doctest
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.docs.reading import ROOT

PROMPT = "$ "
LEFT = {".git", "build", "cdk.out", "node_modules", "tests", "__pycache__", "localcloud"}
"""What a copy of the repository does without."""


@dataclass(frozen=True)
class Command:
    """One command of a block, as a reader would type it, and what the page says comes out."""

    line: str
    output: str

    def wrong(self, done):
        """Return how the output *done* differs from what is promised, or nothing."""
        if not self.output:
            return ""
        checker, flags = doctest.OutputChecker(), doctest.ELLIPSIS
        if checker.check_output(self.output, done, flags):
            return ""
        return checker.output_difference(doctest.Example(self.line, self.output), done, flags)


def commands(text):
    """Return the commands of a block: each begins with a prompt and may go on over lines."""
    found, lines = [], text.splitlines()
    while lines:
        line = lines.pop(0)
        if not line.startswith(PROMPT):
            raise ValueError(f"{line!r} follows no command; begin one with {PROMPT!r}")
        typed = [line.removeprefix(PROMPT)]
        while typed[-1].endswith("\\"):
            typed.append(lines.pop(0))
        output = []
        while lines and not lines[0].startswith(PROMPT):
            output.append(lines.pop(0))
        found.append(Command("\n".join(typed), "".join(f"{each}\n" for each in output)))
    return found


class Shell:
    """A reader's terminal: commands run one after another, and variables stay."""

    def __init__(self, folder, **environment):
        self.folder = folder
        strange = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
        roots = os.pathsep.join((str(folder), str(ROOT / "localcloud" / "src")))
        self.environment = {**strange, "PYTHONPATH": roots, "USER": "ada", **environment}
        self.variables = {}

    def run(self, line, **environment):
        """Run a command; return its exit code and all that it printed."""
        kept = self.folder / "build" / "variables"
        kept.parent.mkdir(exist_ok=True)
        script = f'{line}\ncode=$?\nset | grep -a "^[A-Z][A-Z_]*=" > {kept}\nexit $code\n'
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=self.folder,
            env={**self.environment, **self.variables, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=300,
        )
        self._keep(kept.read_text(), environment)
        return done.returncode, done.stdout

    def _keep(self, text, environment):
        """Keep the variables that a command has set."""
        known = {*self.environment, *environment, "BASH", "EUID", "PPID", "UID", "IFS", "PS4"}
        for name, value in re.findall(r"^([A-Z][A-Z_]*)=([^'\n]*)$", text, re.MULTILINE):
            if name not in known and not name.startswith("BASH"):
                self.variables[name] = value


def copy_of(root, into):
    """Copy the repository's sources, for commands that write; the environment is shared."""
    into.mkdir()
    for path in root.iterdir():
        if path.name in LEFT or path.name.startswith(".venv") or path.name.endswith("_cache"):
            continue
        if path.is_dir():
            shutil.copytree(path, into / path.name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(path, into / path.name)
    (into / ".venv").symlink_to(Path(sys.prefix))
    return into
