#!/usr/bin/env python3
"""The tables of resources/docs/results.md from the CSV files that `bitsmith sweep --csv` wrote.

    results_table.py stories260K=OUT1.csv prose-3m=OUT2.csv demo=OUT3.csv

A cell is: exact bits per weight, KL divergence, perplexity, and the divergence as a multiple of plain
rounding's (rtn) and of the best cheap method's (rtn, rtn_mse, hqq) at the same exact bits. Those are
interpolated between their own points, in the logarithm of the divergence; outside of their range there
is nothing to compare with, and the cell says "-".
"""
import csv
import math
import sys
from bisect import bisect_left

CHEAP = ("rtn", "rtn_mse", "hqq")


def hull(points):
    """The lower envelope: the least divergence that was reached with at most so many bits."""
    best = []
    for bits, kl in sorted(points):
        if not best or kl < best[-1][1]:
            best.append((bits, kl))
    return best


def at(points, bits):
    """Divergence of a series at so many bits; None outside of it."""
    points = hull(points)
    place = bisect_left(points, (bits - 1e-9,))
    if place == len(points):
        return None
    if abs(points[place][0] - bits) < 1e-6:
        return points[place][1]
    if place == 0:
        return None
    (x0, y0), (x1, y1) = points[place - 1], points[place]
    return math.exp(math.log(y0) + (math.log(y1) - math.log(y0)) * (bits - x0) / (x1 - x0))


def ratio(kl, base):
    return "-" if base is None else f"{kl / base:.2f}"


def table(rows):
    done = [r for r in rows if r["state"] == "done"]
    points = [(r["recipe"], float(r["bits_per_weight"]), float(r["kl_mean"])) for r in done]
    rtn = [(b, k) for name, b, k in points if name == "rtn"]
    cheap = [(b, k) for name, b, k in points if name in CHEAP]
    cells, seconds, memory = {}, {}, {}
    for r in done:
        name, bits, kl = r["recipe"], float(r["bits_per_weight"]), float(r["kl_mean"])
        if "group_size" in r["label"]:
            continue  # only there to compare with
        text = f"{bits:.2f}: {kl:.4f}, {float(r['perplexity']):.3f} ({ratio(kl, at(rtn, bits))}, {ratio(kl, at(cheap, bits))})"
        cells.setdefault(name, {})[r["bits"] or "own"] = text
        seconds.setdefault(name, []).append(float(r["seconds"]))
        memory.setdefault(name, []).append(float(r["peak_rss_bytes"]) / 1e6)
    print("| recipe | 2 bits | 3 bits | 4 bits, or its own | s | MB |")
    print("|---|---|---|---|---|---|")
    for name in sorted(cells):
        c = cells[name]
        print(f"| `{name}` | {c.get('2', '')} | {c.get('3', '')} | {'; '.join(c[w] for w in ('4', 'own') if w in c)} "
              f"| {max(seconds[name]):.1f} | {max(memory[name]):.0f} |")
    for r in rows:
        if r["state"] != "done":
            print(f"\n`{r['label']}`: {r['state']}, {r['error']}")


def main():
    for argument in sys.argv[1:]:
        name, _, path = argument.partition("=")
        with open(path, newline="") as file:
            rows = list(csv.DictReader(file))
        full = {float(r["baseline_perplexity"]) for r in rows if r["state"] == "done"}
        print(f"## {name}\n\nFull precision: perplexity {max(full):.4f}.\n")
        table(rows)
        print()


if __name__ == "__main__":
    main()
