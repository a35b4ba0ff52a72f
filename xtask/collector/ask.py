"""Answers questions about Parquet files with DuckDB, in SQL written from the words of `nunchi_api::questions` alone.

Reads one JSON object a line: `files`, `from`, `to`, `zone`, `fold_below`, `filter`, `question`. Writes one a
line: `answer`, and the CPU time it took in ms. Knows nothing of the collector but its files and these words.
"""

import json
import sys
import time
from pathlib import Path

import duckdb

SQL = {path.stem: path.read_text() for path in (Path(__file__).parent / "sql").glob("*.sql")}

# Rows that a breakdown may have.
MOST = {"paths": 50, "ends": 50}
MOST_ELSE = 100

STEPS = ["view", "product", "cart", "checkout", "purchase"]


def fold(prefix):
    return fill("fold", p=prefix, most=str(MOST.get(prefix, MOST_ELSE)))


def way(prefix, key):
    return fill("way", p=prefix, key=key, fold=fold(prefix))


def causes():
    return fill("causes", p="c", fold=fold("c"))


def shares(prefix, key):
    return fill("shares", p=prefix, key=key, fold=fold(prefix))


def audiences():
    parts = {"visitors": "visitor_kind", "devices": "device", "languages": "language"}
    tables = [SQL["visits"]] + [shares(name, key) for name, key in parts.items()]
    answers = ", ".join(f"'{name}': (SELECT answer FROM {name})" for name in parts)
    return f"WITH {', '.join(tables)} SELECT {{{answers}}}"


def sources():
    return f"WITH {SQL['visits']}, {shares('sources', 'came_from')} SELECT answer FROM sources"


def fill(name, **parts):
    """SQL has braces of its own, which stay as they are."""
    text = SQL[name]
    for part, value in parts.items():
        text = text.replace("{" + part + "}", value)
    return text


def holds(step):
    """The condition under which a row is this step."""
    name, _, what = step.partition(":")
    text = what.replace("'", "''")
    if name == "product":
        seen = "kind = 'product_seen'"
        return f"{seen} AND subject = '{text}'" if what else f"{seen} OR kind = 'viewed' AND page = 'product'"
    if name == "signal":
        return f"kind = '{text}'" + (" AND number > 0" if what == "cart_hesitation" else "")
    if name in ("fired", "held_out", "shown", "accepted", "dismissed"):
        return f"kind = '{name}' AND campaign = {int(what)}"
    return {
        "view": "kind = 'viewed'",
        "page": f"kind = 'viewed' AND page = '{text}'",
        "path": f"kind = 'viewed' AND path = '{text}'",
        "cart": "kind IN ('added', 'cart_stands') AND number > 0",
        "checkout": "kind = 'checkout_began' OR kind = 'viewed' AND page IN ('checkout', 'payment')",
        "purchase": "kind = 'purchased'",
        "goal": f"kind = 'goal' AND subject = '{text}'",
    }[name]


def funnel(steps):
    """One table a step: the row of each visit at which it came this far."""
    any_step = " OR ".join(f"({holds(step)})" for step in dict.fromkeys(steps))
    tables = [
        "r AS (SELECT visit, kind, page, path, subject, number, campaign, row_number() OVER "
        f"(PARTITION BY visit ORDER BY \"at\", run, ordinal) AS position FROM asked WHERE {any_step})"
    ]
    for place, step in enumerate(steps):
        before = ""
        if place > 0:
            may_be_same = steps[place - 1] == "view" and step != "view"
            sign = ">=" if may_be_same else ">"
            before = f"JOIN s{place - 1} AS b ON b.visit = r.visit AND r.position {sign} b.position"
        tables.append(
            f"s{place} AS (SELECT r.visit, min(r.position) AS position FROM r {before} "
            f"WHERE {holds(step)} GROUP BY r.visit)"
        )
    rows = ", ".join(
        f"{{'name': '{step.replace(chr(39), chr(39) * 2)}', 'sessions': (SELECT count(*) FROM s{place})}}"
        for place, step in enumerate(steps)
    )
    return f"WITH {', '.join(tables)} SELECT {{'steps': [{rows}]}}"


def sql_of(question):
    name = question["name"]
    if name == "funnel":
        return funnel(question.get("steps") or STEPS)
    if name == "journeys":
        step = question.get("by") or "page"
        return fill("journeys", step=step, paths=way("paths", "begin"), ends=way("ends", "last"))
    if name == "pages":
        return fill("pages", fold=fold("p"))
    if name == "signals":
        return fill("signals", fold_signals=fold("s"), causes=causes())
    if name == "hesitations":
        return fill("hesitations", causes=causes())
    if name == "products":
        return fill("products", fold=fold("p"))
    if name in ("losses", "health"):
        return fill(name, runs=SQL["runs"])
    if name == "audiences":
        return audiences()
    if name == "sources":
        return sources()
    return SQL[name]


class Engine:
    """DuckDB over the files of one site."""

    def __init__(self, threads):
        self.db = duckdb.connect(config={"threads": threads})
        self.db.execute("SET TimeZone = 'UTC'")
        # What a file says of its rows is read once, as a server that is up has it.
        self.db.execute("SET parquet_metadata_cache = true")
        self.opened = None

    def open(self, files, without=None):
        if (files, without) != self.opened:
            names = ", ".join(quoted(name) for name in files)
            rest = f"WHERE visit <> unhex({quoted(without)})" if without else ""
            self.db.execute(f"CREATE OR REPLACE TEMP VIEW history AS SELECT * FROM read_parquet([{names}]) {rest}")
            self.opened = (files, without)

    def let(self, **variables):
        for name, value in variables.items():
            self.db.execute(f"SET VARIABLE {name} = ?", [value])

    def ask(self, asked):
        self.open(asked["files"], asked.get("without"))
        question, of = asked["question"], asked.get("filter") or {}
        self.let(
            span_from=asked["from"],
            span_to=asked["to"],
            zone=asked["zone"],
            fold_below=asked["fold_below"],
            depth=question.get("depth", 5),
            unit=question.get("unit"),
            has_filter=any(of.values()),
            **{f"f_{name}": of.get(name) for name in ("device", "visitor", "language", "source", "page", "path")},
        )
        self.db.execute(SQL["rows"])
        sql = sql_of(question)
        began = time.process_time()
        (answer,) = self.db.execute(sql).fetchone()
        return answer, (time.process_time() - began) * 1000


    def a_visit(self, files, question):
        """One that the answer must change without: it bought, hesitated and met a campaign, or was kept apart."""
        self.open(files)
        must = "bool_or(kind = 'purchased') AND bool_or(kind = 'cart_hesitation') AND bool_or(kind = 'fired')"
        if question == "health":
            must = "bool_or(quarantine <> 0)"
        row = self.db.execute(f"SELECT lower(hex(visit)) FROM history GROUP BY visit HAVING {must} ORDER BY 1 LIMIT 1")
        return (row.fetchone() or [None])[0]


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def main():
    engine = Engine(int(sys.argv[1]) if len(sys.argv) > 1 else 2)
    for line in sys.stdin:
        asked = json.loads(line)
        if "visit_for" in asked:
            said = {"visit": engine.a_visit(asked["files"], asked["visit_for"])}
        else:
            answer, cpu_ms = engine.ask(asked)
            said = {"answer": answer, "cpu_ms": cpu_ms}
        print(json.dumps(said), flush=True)


if __name__ == "__main__":
    main()
