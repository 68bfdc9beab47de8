"""Which texts does somebody write who wants to be taken for somebody else, or to drive a screen?"""

from __future__ import annotations

import unicodedata

from hypothesis import strategies as st

from factory import reasons

CANARY = "Zwt7Qx"
"""In every hostile text, and nowhere else."""
BREAKS = "\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
"""All that Python or a terminal may take for the end of a line."""
DRIVING = f"\x1b[2J\x1b]0;\x07\t\x00\x9b\u202e\u2066\u200b\ufeff{BREAKS}"
HOSTILE = st.builds(
    lambda before, after, times: (before + CANARY + after) * times,
    st.text(st.sampled_from(DRIVING + "a,;'\"<&%{}"), max_size=8),
    st.text(st.sampled_from(DRIVING + "é\U000e0041b|`$(></"), max_size=8),
    st.sampled_from([1, 1, 1, 400]),
)


def harmless(line):
    """Say whether *line* is one line, of characters that people see."""
    return {unicodedata.category(c) for c in line}.isdisjoint(reasons.HIDDEN)


def everywhere(value, text):
    """Return *value* with *text* behind each of its texts; a status is one of few words."""
    if isinstance(value, dict):
        return {k: v if k == "status" else everywhere(v, text) for k, v in value.items()}
    if isinstance(value, list):
        return [everywhere(each, text) for each in value]
    return value + text if isinstance(value, str) else value
