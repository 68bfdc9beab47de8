"""How does a real browser render a page? Debian's chromium, headless, at any width."""

import html
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
SECONDS = 90
NARROWEST = 500  # pixels: chromium's windows are not narrower, so the page is framed
DARK, LIGHT = 0, 1  # blink's preferredColorScheme
RULER = (Path(__file__).parent / "ruler.js").read_text(encoding="utf-8")


def measure(page, folder, *, width, dark=False):
    """Return what the ruler measured on *page* at *width* pixels, with the console's messages."""
    file = folder / f"page-{width}.html"
    file.write_text(_framed(page, width), encoding="utf-8")
    done = subprocess.run(
        [*_chromium(folder, width, DARK if dark else LIGHT), "--dump-dom", file.as_uri()],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=True,
    )
    found = re.search(r'<pre id="measured">(.*?)</pre>', done.stdout, re.DOTALL)
    assert found, f"the page was not measured: {done.stderr}"
    console = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    return json.loads(html.unescape(found[1])) | {"console": console}


def _framed(page, width):
    """Return a page that shows *page* in a frame, which has the width and height of a window."""
    return (
        f'<!DOCTYPE html><title>frame</title><pre id="measured"></pre><iframe width="{width}" '
        f'height="900" style="border:0" srcdoc="{html.escape(page)}"></iframe>'
        f"<script>{RULER}</script>"
    )


def _chromium(folder, width, scheme):
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.fail("no chromium is on the PATH; get it: sudo apt-get install -y chromium")
    return [
        path,
        "--headless",
        "--no-sandbox",  # needs permissions that a container lacks; the page is our own
        "--disable-gpu",
        "--enable-logging=stderr",
        f"--user-data-dir={folder / 'profile'}",
        f"--blink-settings=preferredColorScheme={scheme}",
        f"--window-size={max(width, NARROWEST)},1000",
        "--virtual-time-budget=5000",
    ]
