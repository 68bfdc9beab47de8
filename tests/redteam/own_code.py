"""Training code that a builder would bring to see what he may not, or to hide what he serves."""

CANARY = "Zanzibar-4711"
"""Is in everything that the code says of the rows that it sees."""
TRAIN = "pipelines/steps/train.py"
PACK = "    pack(learned, args.out)\n"
SPEAKS = (
    PACK,
    """\
    row = "Zanzibar-4711 " + str(rows.slice(0, 30).to_pylist())
    said = learned.metadata
    said["algorithm"] = row
    said["hyperparameters"] = {"seed": row, row[:60]: 1}
    limits = said["settings"]["thresholds"]
    limits["groups"].append(
        {"levels": [row for _ in limits["attributes"]], "rows": 1, "threshold": 0.5}
    )
    limits["rows"] = row
    said["settings"]["more"] = row
    said["more"] = row
    pack(learned, args.out)
""",
)
"""Puts rows into every part of the artifact's metadata, and trains well."""
STUFFS = (
    PACK,
    PACK
    + """\
    flat = {"rows": rows.num_rows, "columns": {f: {"kind": "number"} for f in model.features}}
    files.write_json(args.out / "baseline.json", flat)
    files.write_json(args.out / "Zanzibar-4711.json", rows.slice(0, 30).to_pylist())
""",
)
"""Brings a baseline of its own, and a file that is called like a person."""
SPILLS = (
    PACK,
    """\
    row = "Zanzibar-4711 " + str(rows.slice(0, 30).to_pylist())
    reach = []
    import os
    for place in PLACES:
        try:
            with open(place) as secret:
                reach.append(place + secret.read(20))
        except OSError:
            pass
    for place in FOLDERS:
        try:
            with open(os.path.join(place, "Zanzibar-4711"), "w") as mark:
                mark.write("x")
            reach.append(place)
        except OSError:
            pass
    reach += [name for name in os.environ if "SECRET" in name or "TOKEN" in name or "CRED" in name]
    row = f"{row[:40]} {reach}"
    kind = type("Zanzibar4711", (Exception,), {}) if SAY else (KeyError if reach else ValueError)
    with open("/opt/ml/output/failure", "w") as told:
        told.write(f"{kind.__name__}: {row}")
    raise SystemExit(1)
""",
)
"""Looks for what is the machine's, then ends in words that are rows; KeyError if it found any."""


def spilling(places, folders, *, named):
    """Return the edits of code that looks into *places* and writes into *folders*, then spills.

    When *named*, the kind of its error is called like a person.
    """
    old, new = SPILLS
    for name, value in (("PLACES", places), ("FOLDERS", folders), ("SAY", named)):
        new = new.replace(name, repr(value))
    return {TRAIN: (old, new)}
