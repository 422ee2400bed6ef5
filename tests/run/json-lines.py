#!/usr/bin/env python3
"""json-lines.py FIELD...: these fields of each line of standard input, which has to be
one JSON object in UTF-8 with each of its names once.  As JSON, with blanks in between; - is
what a line has not got.  Fails with the line that is none."""
import json
import sys


def unique(pairs):
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        raise ValueError(f"a name that is there twice: {names}")
    return dict(pairs)


for line in sys.stdin.buffer:
    try:
        if not line.endswith(b"\n"):
            raise ValueError("no line end")
        value = json.loads(line.decode(), object_pairs_hook=unique)
        if not isinstance(value, dict):
            raise ValueError("no object")
    except ValueError as e:
        sys.exit(f"{e}: {line[:200]!r}")
    print(*(json.dumps(value[f]) if f in value else "-" for f in sys.argv[1:]))
