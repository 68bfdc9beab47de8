"""Are those who wrote a model, as git knows them, those whom its spec calls its builders?"""

from __future__ import annotations

import re
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from factory import people

MOST = 5_000
"""Commits that are looked at, the newest first."""
SECONDS = 20.0  # git is given; a history that takes longer is not compared
SHOWN = 20  # notes, each about all the models of which it is true
NAMED = 5  # models, or authors, in one note
COMMIT, PART = "\x1e", "\x1f"
FORMAT = f"--format={COMMIT}%aN{PART}%aE"
"""The names as .mailmap has them: there a team says which identity an address belongs to."""
NUMBERED = re.compile(r"^\d+\+")
"""What GitHub puts before a user's name: 1234+ada@users.noreply.github.com."""


class Author(NamedTuple):
    """Who made a commit."""

    name: str
    address: str

    def __str__(self) -> str:
        """Return the author as words may hold it."""
        return f"{people.shown(self.name)} <{people.shown(self.address)}>"

    def builds(self, builder: str) -> bool:
        """Return whether *builder* may be this author: by address, or by name."""
        spelled = NUMBERED.sub("", self.address), ".".join(self.name.split())
        return any(people.same(each, builder) for each in spelled if each)


@dataclass(frozen=True)
class History:
    """Who wrote which file of a model and which recipe, by the commits that were looked at."""

    authors: Mapping[str, AbstractSet[Author]]
    """By the file `models/NAME.py`, or the folder `pipelines/RECIPE`."""
    whole: bool
    """Whether no commit was left out."""

    def wrote(self, file: str, recipe: str) -> set[Author]:
        """Return who wrote the file of a model, or anything of its recipe."""
        places = (f"models/{file}.py", f"pipelines/{recipe}")
        return set().union(*(self.authors.get(place, set()) for place in places))


def parsed(text: str, *, whole: bool) -> History:
    """Return the history that git has printed."""
    found: dict[str, set[Author]] = defaultdict(set)
    commits = text.split(COMMIT)[1:]
    for commit in commits:
        said, *files = filter(None, commit.splitlines())
        name, _, address = said.partition(PART)
        for file in files:
            place = file if file.startswith("models/") else "/".join(file.split("/")[:2])
            found[place].add(Author(name, address))
    return History(found, whole and len(commits) < MOST)


def history(root: Path) -> History | str:
    """Return who wrote the models and recipes below *root*; or, in words, why git does not say."""
    try:
        shallow = _git(root, "rev-parse", "--is-shallow-repository").strip() == "true"
        text = _git(
            root,
            *("log", "--no-merges", f"--max-count={MOST}", FORMAT),
            *("--name-only", "--relative", "--", "models", "pipelines"),
        )
    except FileNotFoundError:
        return "git is not installed"
    except subprocess.TimeoutExpired:
        return f"git has taken longer than {SECONDS:g} seconds"
    except subprocess.CalledProcessError as failed:
        return str(failed.stderr).strip().partition("\n")[0] or "git has failed"
    return parsed(text, whole=not shallow)


def _git(root: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", "-c", "core.quotePath=false", *words],
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=SECONDS,
    )
    return done.stdout


class Part(NamedTuple):
    """What one model says of who builds it."""

    file: str
    recipe: str
    builders: tuple[str, ...]


def notes(parts: Mapping[str, Part], found: History) -> Iterator[str]:
    """Yield who wrote a model and is not among its builders, and who is and never wrote it.

    *parts* is by the model's name. Models of which the same is true share a note.
    """
    strangers: dict[str, list[str]] = defaultdict(list)
    absent: dict[str, list[str]] = defaultdict(list)
    for name, part in parts.items():
        wrote = found.wrote(part.file, part.recipe)
        other = sorted(str(a) for a in wrote if not any(map(a.builds, part.builders)))
        if other:
            strangers[_some(other)].append(name)
        silent = [b for b in part.builders if not any(a.builds(b) for a in wrote)]
        if wrote and silent and found.whole:
            absent[_some(silent)].append(name)
    yield from _told(
        f"{_some(models)}: written by {who}, not among the builders; name whoever builds it, or "
        "say in .mailmap whose address that is"
        for who, models in strangers.items()
    )
    yield from _told(
        f"{_some(models)}: no commit to its file or recipe is by {who}, who should build it"
        for who, models in absent.items()
    )


def _told(found: Iterable[str]) -> Iterator[str]:
    every = list(found)
    yield from every[:SHOWN]
    if len(every) > SHOWN:
        yield f"and {len(every) - SHOWN} more of the kind"


def _some(names: Iterable[str]) -> str:
    """Return the first of *names*, and how many more there are."""
    first, more = (known := list(names))[:NAMED], len(known) - NAMED
    return ", ".join(first) + (f" and {more} more" if more > 0 else "")
