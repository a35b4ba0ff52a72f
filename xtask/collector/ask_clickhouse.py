"""Answers questions about Parquet files with ClickHouse (PyPI's `chdb`), in SQL written from the words of
`nunchi_api::questions` alone, apart from that for DuckDB. Speaks as `ask.py` does: one JSON object a line in, one out.

A question is a script in `clickhouse/`: steps, each under a line that says what becomes of it.

    -- table NAME      kept under that name for the steps after it
    -- fold P MOST     which rows of P_facts (key, person), ranked in P_ranked, are folded; at most MOST stand
    -- fields          its one row is fields of the answer
    -- rows NAME       its rows are this field
    -- one NAME        its row, if there is one, is this field
"""

import json
import re
import sys
import tempfile
import time
from pathlib import Path

from chdb.session import Session

STEP = re.compile(r"^-- (table|fold|fields|rows|one)\b *(.*)$", re.MULTILINE)
STEPS = ["view", "product", "cart", "checkout", "purchase"]
FILTERS = {
    "device": "device = {}",
    "visitor": "visitor_kind = {}",
    "language": "language = {}",
    "source": "came_from = {}",
    "page": "has(pages, {})",
    "path": "has(paths, {})",
}


def quoted(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def script(name):
    """The steps of a file: what they are, for what, and their SQL."""
    _, *parts = STEP.split((Path(__file__).parent / "clickhouse" / f"{name}.sql").read_text())
    return list(zip(parts[::3], parts[1::3], parts[2::3]))


def holds(step):
    """The condition under which a row is this step."""
    name, _, what = step.partition(":")
    if name == "product" and what:
        return f"kind = 'product_seen' AND subject = {quoted(what)}"
    if name == "signal":
        return f"kind = {quoted(what)}" + (" AND number > 0" if what == "cart_hesitation" else "")
    if name in ("page", "path"):
        return f"kind = 'viewed' AND {name} = {quoted(what)}"
    if name in ("fired", "held_out", "shown", "accepted", "dismissed"):
        return f"kind = '{name}' AND campaign = {int(what)}"
    return {
        "view": "kind = 'viewed'",
        "product": "kind = 'product_seen' OR (kind = 'viewed' AND page = 'product')",
        "cart": "kind IN ('added', 'cart_stands') AND number > 0",
        "checkout": "kind = 'checkout_began' OR (kind = 'viewed' AND page IN ('checkout', 'payment'))",
        "purchase": "kind = 'purchased'",
        "goal": f"kind = 'goal' AND subject = {quoted(what)}",
    }[name]


def funnel(steps):
    """How far each visit came, by places in the list of its rows: a column a step, 0: not so far."""
    marks = ", ".join(f"toUInt8(ifNull({holds(step)}, 0))" for step in steps)
    places = ["arrayFirstIndex(row -> row[1], rows) AS p0"]
    for nth, (before, step) in enumerate(zip(steps, steps[1:]), 1):
        sign = ">=" if before == "view" and step != "view" else ">"
        found = f"arrayFirstIndex((row, nth) -> row[{nth + 1}] AND nth {sign} p{nth - 1}, rows, arrayEnumerate(rows))"
        places.append(f"if(p{nth - 1} = 0, 0, {found}) AS p{nth}")
    counts = ", ".join(f"countIf(p{nth} > 0) AS s{nth}" for nth in range(len(steps)))
    rows = f"SELECT arrayMap(it -> it.2, arraySort(groupArray((place, [{marks}])))) AS rows FROM asked GROUP BY visit"
    return f"SELECT {counts} FROM (SELECT {', '.join(places)} FROM ({rows}))"


class ClickHouse:
    """ClickHouse over the files of one site."""

    def __init__(self, threads):
        self.folder = tempfile.TemporaryDirectory()
        self.session = Session(self.folder.name)
        self.run("CREATE DATABASE oracle ENGINE = Atomic")
        self.run("USE oracle")
        for name, value in {
            "max_threads": threads,
            "join_use_nulls": 1,
            "prefer_column_name_to_alias": 1,
            "output_format_json_quote_64bit_integers": 0,
        }.items():
            self.run(f"SET {name} = {value}")
        for statement in (Path(__file__).parent / "clickhouse" / "functions.sql").read_text().split(";\n"):
            if statement.strip():
                self.run(statement)
        self.opened = None

    def run(self, sql):
        self.session.query(sql)

    def rows(self, sql):
        text = self.session.query(sql, "JSONEachRow").bytes().decode()
        return [json.loads(line) for line in text.splitlines()]

    def keep(self, name, sql):
        self.run(f"DROP TABLE IF EXISTS {name} SYNC")
        self.run(f"CREATE TABLE {name} ENGINE = Memory AS {sql}")

    def open(self, files, without=None):
        if (files, without) == self.opened:
            return
        read = (Path(__file__).parent / "clickhouse" / "history.sql").read_text()
        rest = f"visit != unhex({quoted(without)})" if without else "1"
        for place, name in enumerate(files):
            sql = read.replace("{file}", quoted(name)).replace("{rest}", rest)
            self.keep("history", sql) if place == 0 else self.run(f"INSERT INTO history {sql}")
        self.opened = (files, without)

    def go(self, name, values):
        """Goes through a script; gives what it answers."""
        answer = {}
        for what, of, sql in script(name):
            for key, value in values.items():
                sql, of = sql.replace("{" + key + "}", str(value)), of.replace("{" + key + "}", str(value))
            if what == "table":
                self.keep(of, sql)
            elif what == "fold":
                part, most = of.split()
                self.go("fold", values | {"p": part, "most": most})
            elif what == "fields":
                answer.update(self.rows(sql)[0])
            elif what == "rows":
                answer[of] = self.rows(sql)
            else:
                answer[of] = next(iter(self.rows(sql)), None)
        return answer

    def ask(self, asked):
        self.open(asked["files"], asked.get("without"))
        question, of = asked["question"], asked.get("filter") or {}
        passing = [FILTERS[name].format(quoted(value)) for name, value in of.items() if value is not None]
        who = "argMinIf(visitor, place, visitor != '')"
        values = {
            "filter": f"visit IN (SELECT visit FROM told WHERE {' AND '.join(passing)})" if passing else "1",
            "step": question.get("by") or "page",
            "depth": question.get("depth", 5),
            "unit": question.get("unit") or "",
            "zone": asked["zone"],
            "from": asked["from"],
            "to": asked["to"],
            "fold_below": asked["fold_below"],
            "visitor": who,
            "person": f"if({who} = '', visit, {who})",
        }
        began = time.process_time()
        self.go("asked", values)
        answer = self.answer(question, values)
        return answer, (time.process_time() - began) * 1000

    def answer(self, question, values):
        name = question["name"]
        if name == "funnel":
            steps = question.get("steps") or STEPS
            (counts,) = self.rows(funnel(steps))
            return {"steps": [{"name": step, "sessions": counts[f"s{nth}"]} for nth, step in enumerate(steps)]}
        if name in ("audiences", "sources"):
            self.go("visits", values)
            parts = {"visitors": "visitor_kind", "devices": "device", "languages": "language"}
            if name == "sources":
                return self.go("shares", values | {"key": "came_from"})
            return {part: self.go("shares", values | {"key": key}) for part, key in parts.items()}
        answer = self.go(name, values)
        if name == "campaigns":
            answer["rows"] = [campaign(row) for row in answer["rows"]]
        return answer

    def a_visit(self, files, question):
        """One that the answer must change without: it bought, hesitated and met a campaign, or was kept apart."""
        self.open(files)
        must = " AND ".join(f"countIf(kind = '{kind}') > 0" for kind in ("purchased", "cart_hesitation", "fired"))
        if question == "health":
            must = "countIf(quarantine != 0) > 0"
        found = self.rows(f"SELECT min(lower(hex(visit))) AS visit FROM (SELECT visit FROM history GROUP BY visit HAVING {must})")
        return found[0]["visit"] or None


def campaign(row):
    """Names and reasons stand in packs, which lie in no file; the month publishes none."""
    arms = {
        arm: {part: row.pop(f"{arm}_{part}") for part in ("visitors", "converted", "revenue")}
        for arm in ("treated", "holdout")
    }
    points, low, high = row.pop("points"), row.pop("low"), row.pop("high")
    uplift = None if points is None else {"points": points, "low": low, "high": high}
    rated = ("people", "answers", "scores", "reasons", "mean_hundredths", "satisfied_permille")
    ratings = {part: row.pop(f"rated_{part}") for part in rated}
    told = {"ratings": ratings} if row.pop("rated_is_told") else {}
    return row | arms | told | {"name": "", "uplift": uplift}


def main():
    engine = ClickHouse(int(sys.argv[1]) if len(sys.argv) > 1 else 2)
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
