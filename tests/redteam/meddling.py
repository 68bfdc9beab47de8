"""Serving code that goes on beside its exam, and writes where the answers are kept."""

MEDDLE = """

import atexit, os, sys, threading, time
from pathlib import Path

BEAT = Path("BEAT")
JOB = Path(__file__).parents[2] / "processing"

def meddle():
    while True:
        BEAT.write_text(str(time.time()))
        for place in (JOB / "output" / "predictions", JOB / "output" / "champion"):
            place.mkdir(parents=True, exist_ok=True)
            for name in ("answers.parquet", "asked.json"):
                (place / name).unlink(missing_ok=True)
                os.link(BEAT, place / name)
        time.sleep(0.005)

def flee():
    if os.fork():
        return
    os.setsid()
    if os.fork():
        os._exit(0)
    for number in range(3, 64):
        try:
            os.close(number)
        except OSError:
            pass
    meddle()

atexit.register(lambda: BEAT.write_text("at exit"))
MEANS
"""
MEANS = {
    "a process in a session of its own": "flee()",
    "a thread": "threading.Thread(target=meddle, daemon=True).start()",
    "a process that its parent has left": "os.fork() or meddle()",
    "a link in place of the folder of the answers": (
        "(JOB / 'output').mkdir(parents=True)\n"
        "(JOB / 'output' / 'predictions').symlink_to(BEAT.parent)\n"
        "BEAT.write_text(str(time.time()))"
    ),
}
