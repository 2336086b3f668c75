#!/usr/bin/env python3
"""Prints the medians, ranges and ratios of a run of scripts/bench, and writes them as Markdown."""
import argparse
import collections
import datetime
import json
import statistics

TITLES = {
    "A": "A: one connection, one query after the other",
    "A_pipe": "A_pipe: one connection, queries pipelined in batches of 100",
    "B": "B: 16 tasks over 8 connections",
    "C": "C: a million rows, streamed and decoded (rows/s)",
    "D_copybin": "D_copybin: 100,000 rows written by COPY, binary (rows/s)",
    "D_copytext": "D_copytext: 100,000 rows written by COPY, text (rows/s)",
    "D_pipe": "D_pipe: 100,000 rows written by pipelined INSERTs (rows/s)",
    "D_many": "D_many: 100,000 rows written by one statement run for many rows (rows/s)",
    "E": "E: connect with SCRAM and close",
    "F": "F: upserts, 16 tasks over 8 connections",
}
# Other ways in which this driver does the same work.
VARIANTS = {
    "A_tasks": ("A_pipe", "pgwire, a task for each"),
    "B_pool": ("B", "pgwire, pool"),
    "C_whole": ("C", "pgwire, all held"),
    "F_pool": ("F", "pgwire, pool"),
}
ORDER = ["libpq", "pgbench", "tokio-postgres", "asyncpg", "psycopg", "pgwire"]


def group(run):
    """What a run is compared within: workload, transport, commits, tag, processors."""
    workload, driver = VARIANTS.get(run["workload"], (run["workload"], run["driver"]))
    return (workload, run["transport"], run["sync"], run["tag"], run["cpus"]), driver


def title(key):
    workload, transport, sync, tag, cpus = key
    text = TITLES.get(workload, workload)
    if sync:
        text += f", synchronous_commit {sync}"
    if tag:
        text += ", TLS" if tag == "tls" else ", without TLS"
    if cpus:
        text += ", client and server on one processor"
    return f"{text}; {'Unix socket' if transport == 'unix' else 'TCP'}"


def rank(driver):
    return next((place for place, name in enumerate(ORDER) if driver.startswith(name)), len(ORDER)), driver


def row(driver, runs, base):
    """One driver's line; `base` holds the medians of those that ratios are taken of."""
    middle = lambda value: statistics.median(value(run) for run in runs)
    rates = [run["rate"] for run in runs]
    cells = [driver, f"{statistics.median(rates):,.0f}", f"{min(rates):,.0f}–{max(rates):,.0f}"]
    cells += [f"{statistics.median(rates) / base[name]:.2f}" if name in base else "" for name in ("libpq", "pgbench")]
    cells.append(f"{middle(lambda run: (run['cpu_user'] + run['cpu_sys']) / run['n'] * 1e6):,.2f}")
    cells.append(f"{middle(lambda run: run['server_cpu'] / run['n'] * 1e6):,.2f}")
    cells.append(f"{middle(lambda run: run['rss_kb']) / 1024:.0f}")
    with_latency = [run for run in runs if "p50_us" in run]
    for field in ("p50_us", "p99_us"):
        cells.append(f"{statistics.median(run[field] for run in with_latency):,.0f}" if with_latency else "")
    cells.append(str(len(runs)))
    return cells


HEAD = ["driver", "median /s", "min–max", "× libpq", "× pgbench", "client µs", "server µs", "MB", "p50 µs", "p99 µs", "runs"]


def tables(runs):
    groups = collections.defaultdict(lambda: collections.defaultdict(list))
    for run in runs:
        key, driver = group(run)
        groups[key][driver].append(run)
    names = list(TITLES)
    order = lambda key: (names.index(key[0]) if key[0] in names else len(names), key[4], key[3], key[2] == "off", key[1])
    for key in sorted(groups, key=order):
        drivers = groups[key]
        base = {name: statistics.median(run["rate"] for run in drivers[name]) for name in ("libpq", "pgbench") if name in drivers}
        yield title(key), [row(driver, drivers[driver], base) for driver in sorted(drivers, key=rank)]


def tls_ratios(runs):
    """For each driver, of B with TLS to without: the rates, and the client's processor time per operation the other way."""
    groups = collections.defaultdict(list)
    for run in runs:
        if run["tag"]:
            groups[run["driver"], run["tag"]].append(run)
    for driver in sorted({driver for driver, _ in groups}, key=rank):
        plain, tls = groups.get((driver, "plain")), groups.get((driver, "tls"))
        if plain and tls:
            rate = lambda some: statistics.median(run["rate"] for run in some)
            effort = lambda some: statistics.median((run["cpu_user"] + run["cpu_sys"]) / run["n"] for run in some)
            yield driver, f"{rate(tls) / rate(plain):.2f}", f"{effort(plain) / effort(tls):.2f}"


def instructions(counts):
    for count in counts:
        name = count["cmd"].rsplit("/", 1)[-1].replace("bench_", "").replace("-bench", "")
        yield name, f"{count['instr_per_op']:,}"


def padded(cells, widths):
    return "  ".join(cell.ljust(width) if place == 0 else cell.rjust(width) for place, (cell, width) in enumerate(zip(cells, widths)))


def show(heading, head, rows, text):
    """Prints a table, and appends it to `text` as Markdown."""
    widths = [max(len(line[place]) for line in [head, *rows]) for place in range(len(head))]
    print(f"\n== {heading}")
    for line in [head, *rows]:
        print(padded(line, widths))
    text += ["", f"## {heading}", "", "| " + " | ".join(head) + " |", "| --- |" + " ---: |" * (len(head) - 1)]
    text += ["| " + " | ".join(line) + " |" for line in rows]


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    for name in ("command", "results", "versions", "instructions", "markdown"):
        arguments.add_argument(f"--{name}", required=True)
    arguments = arguments.parse_args()
    runs = [json.loads(line) for line in open(arguments.results)]
    counts = [json.loads(line) for line in open(arguments.instructions)]
    versions = [line.rstrip("\n") for line in open(arguments.versions)]
    text = ["# Results", "", f"Written by `{arguments.command.strip()}` on {datetime.datetime.now():%Y-%m-%d}.", ""]
    text += [f"- {line}" for line in versions]
    busiest = max((run["other"] for run in runs), default=0)
    text += [
        "", "Rates are operations a second: the median of the runs, and the least and the greatest of them. Client and server"
        " are processor time per operation. Others used at most "
        f"{busiest:.2f} processors during a run.",
    ]
    for heading, rows in tables(runs):
        show(heading, HEAD, rows, text)
    others = [
        ("B with TLS to without", ["driver", "rate", "client's processor time"], list(tls_ratios(runs))),
        ("A by callgrind", ["driver", "user instructions a query"], list(instructions(counts))),
    ]
    for heading, head, rows in others:
        if rows:
            show(heading, head, rows, text)
    with open(arguments.markdown, "w") as file:
        file.write("\n".join(text) + "\n")


main()
