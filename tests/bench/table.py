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


def against(results, key, reference):
    """Median of each, divided by that of the reference: 5 is five times as much."""
    if reference not in results:
        return {name: "" for name in results}
    base = median(results[reference], key)
    return {n: f"{median(r, key) / base:.2f}" if base else "" for n, r in results.items()}


def proctor_against(results, key, ours=None):
    """Ours, or that of the first proctor, divided by each: a fifth is five times less."""
    ours = ours or next(iter(proctors()), None)
    if ours not in results:
        return {name: "" for name in results}
    base = median(results[ours], key)
    return {n: number(base / median(r, key)) if median(r, key) else ""
            for n, r in results.items()}


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
