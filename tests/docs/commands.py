"""What does a shell block ask for, and what does it promise?"""

import doctest
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.docs.reading import ROOT

PROMPT = "$ "
LEFT = {".git", "build", "cdk.out", "node_modules", "tests", "__pycache__", "localcloud"}
"""What a copy of the repository does without."""
LEAVE = """code=$?
for name in $(compgen -v | grep -x "[A-Z][A-Z_]*"); do
  printf "%s=%s\\0" "$name" "${{!name}}"
done > {kept}
exit $code
"""
"""What a terminal would keep: the values of variables, whatever stands in them."""


@dataclass(frozen=True)
class Command:
    """One command of a block, as a reader would type it, and what the page says comes out."""

    line: str
    output: str

    def wrong(self, done):
        """Return how the output *done* differs from what is promised, or nothing.

        Whether its last line ends is no matter: pages cannot show it.
        """
        if not self.output:
            return ""
        done = done.removesuffix("\n") + "\n"
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
    """A reader's terminal: commands run one after another, and variables stay.

    The *prelude* is what the reader has defined in it.
    """

    def __init__(self, folder, prelude="", **environment):
        self.folder, self.prelude = folder, prelude
        strange = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
        roots = os.pathsep.join((str(folder), str(ROOT / "localcloud" / "src")))
        self.environment = {**strange, "PYTHONPATH": roots, "USER": "ada", **environment}
        self.variables = {}
        self._own = set(self._bash("compgen -v").stdout.split())

    def run(self, line, **environment):
        """Run a command; return its exit code and all that it printed."""
        kept = self.folder / "build" / "variables"
        kept.parent.mkdir(exist_ok=True)
        done = self._bash(f"{self.prelude}\n{line}\n{LEAVE.format(kept=kept)}", **environment)
        found = dict(each.split("=", 1) for each in kept.read_text().split("\0") if each)
        strange = self._own | environment.keys()
        self.variables = {name: value for name, value in found.items() if name not in strange}
        return done.returncode, done.stdout

    def _bash(self, script, **environment):
        return subprocess.run(
            ["bash", "-c", script],
            cwd=self.folder,
            env={**self.environment, **self.variables, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=300,
        )


def follow(shell, block, *, code=0, after=lambda: None, **environment):
    """Run a block's commands one by one, *after* each what is given.

    The last one must end with *code*, those before with 0, and each must print what the page says.
    """
    *first, last = commands(block.text)
    for command, wanted in (*((each, 0) for each in first), (last, code)):
        ended, output = shell.run(command.line, **environment)
        assert ended == wanted, f"{block}: {command.line} ended with {ended}:\n{output}"
        assert not (words := command.wrong(output)), f"{block}: {command.line}\n{words}"
        after()


def write(path, text):
    """Write a file that a page shows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


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
