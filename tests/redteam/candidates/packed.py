"""Candidates whose bytes, code or manners in an exam are others, or whose spec asks nothing."""

from factory.catalogue.judged import Coverage, Fairness, Members, NotWorse, Plausible
from factory.gates.multiple import MOST_LOOKS
from pipelines import serving_files
from pipelines.contract import INFERENCE


def used_up(candidate):
    """Look at rows that were looked at as often as they bear."""
    few = Members(at_least=0.25)  # so late a look leaves hardly any chance to show members better
    return candidate.gated(members=few).but(look=MOST_LOOKS + 1)


def exchanged(candidate):
    """Let another artifact be evaluated than the one to register."""
    return candidate.but(evaluated=b"a better one")


def by_company(candidate):
    """Answer otherwise when a row is asked alone."""
    return candidate.but(says=lambda said, request: moved(said) if _alone(request) else said)


def by_type(candidate):
    """Answer otherwise in one content type."""
    return candidate.but(
        says=lambda said, request: moved(said) if request.sent == "text/csv" else said
    )


def by_neighbours(candidate):
    """Answer higher the more rows are asked together."""
    return candidate.but(says=lambda said, request: moved(said, 1 + len(request.rows) / 1e4))


def moved(answer, by=1.01):
    """Return an answer whose numbers are higher."""
    return tuple(v * by if isinstance(v, float) else v for v in answer)


def _alone(request):
    return len(request.rows) == 1


def own_code(candidate):
    """Serve by code that neither the recipe nor the training code has."""
    name = str(INFERENCE.parent / f"pipelines/measure/{candidate.model.task.KIND}.py")
    ours = serving_files.files(candidate.model.task.KIND)[name]
    return candidate.but(code={name: ours + b"\nMEASURE.answer = lambda *asked: None\n"})


def hidden_code(candidate):
    """Serve by one module more, which nobody has seen."""
    return candidate.but(code={"code/extra.py": b"import os\n"})


def lax_coverage(candidate):
    """Have a spec by which any protected group may be left out."""
    return candidate.gated(coverage=Coverage(keeps=0.0))


def lax_fairness(candidate):
    """Have a spec by which a group may be answered as wrongly as you like."""
    rule = candidate.model.gates.fairness
    lax = Fairness(attributes=rule.attributes, min_rows=rule.min_rows, at_least=1e-6, max_gap=99.0)
    return candidate.gated(fairness=lax)


def lax_champion(candidate):
    """Have a spec by which each version may be as much worse as you like."""
    return candidate.gated(champion=NotWorse(margin=99.0))


def lax_answers(candidate):
    """Have a spec by which all rows may get one answer."""
    return candidate.gated(answers=Plausible(max_tied=1.0))
