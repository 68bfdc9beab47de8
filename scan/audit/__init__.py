"""Do the locks pin a package with a known hole?"""


class Unanswered(Exception):
    """A service said nothing that can be relied on, which is not the same as "no holes"."""
