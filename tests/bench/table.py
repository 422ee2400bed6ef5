"""The report: a table for people, or every single run as JSON."""

import json
import statistics

from machine import proctors


def values(results, key):
    return [result[key] for result in results]


def number(value):
    return f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"


def spread(results, key):
    return [number(f(values(results, key))) for f in (min, statistics.median, max)]


def median(results, key):
    return statistics.median(values(results, key))


def quotients(results, key, reference):
    """Median of each, divided by that of the reference; None where there is none."""
    base = median(results[reference], key) if reference in results else 0
    return {n: median(r, key) / base if base else None for n, r in results.items()}


def against(results, key, reference):
    """5 is five times as much as the reference."""
    return {n: "" if q is None else f"{q:.2f}"
            for n, q in quotients(results, key, reference).items()}


def proctor_against(results, key, ours=None):
    """Ours, or that of the first proctor, divided by each: a fifth is five times less."""
    ours = ours or next(iter(proctors()), None)
    return {n: number(1 / q) if q else "" for n, q in quotients(results, key, ours).items()}


def report(args, title, columns, results, row):
    """The table, or with --json the single runs; row(name, runs) gives the cells."""
    if args.json:
        print(json.dumps({"bench": title, "runs": results}), flush=True)
        return
    lines = [columns, ["---"] * len(columns)]
    lines += [[name, *row(name, runs)] for name, runs in results.items()]
    print(f"### {title}\n\n{args.n} runs each.\n")
    print("\n".join(f"| {' | '.join(map(str, line))} |" for line in lines), "\n",
          flush=True)
