"""Rows of a fleet's tables, made up: districts and nights that stand in every state."""

from datetime import timedelta

from agent.fleet.database.schema import bring_up_to_date

HOURS = timedelta(hours=1)
EMPTY = "TRUNCATE district, night, act, host, process"


class NoEngine:
    """Has no tables of its own."""

    def install(self, connection, before):
        return "none"


def tables(database):
    """Make the tables."""
    bring_up_to_date(database, NoEngine())


class Rows:
    """Adds rows to the tables; instants are hours before now, by the database's clock."""

    def __init__(self, database):
        self.database = database
        [row] = database.rows("SELECT now() AS now")
        self.now = row["now"]

    def ago(self, hours):
        return self.now - hours * HOURS

    def district(self, key, title=None, host="sis.example", **facts):
        row = {
            "key": key,
            "title": title or f"{key.title()} ISD",
            "timezone": "America/Chicago",
            "at": "21:00",
            "catch_up_hours": 9,
            "sis_kind": "skyward",
            "sis_host": host,
            "origin": f"/etc/passback/{key}.toml",
            "served_since": self.ago(1000),
            **facts,
        }
        most = "INSERT INTO host VALUES (%s, 4) ON CONFLICT DO NOTHING"
        self.database.write(most, host)
        self._insert("district", row)
        return key

    def night(self, key, hours=3, state="done", code=0, **facts):
        """A night that was due so many hours ago, with a window of nine; over in ten minutes."""
        due, over = self.ago(hours), state not in {"waiting", "queued", "running"}
        begun = state not in {"waiting", "queued", "missed", "skipped"}
        [found] = self.database.rows("SELECT sis_host FROM district WHERE key = %s", key)
        row = {
            "district": key,
            "day": due.date(),
            "due": due,
            "ends": due + 9 * HOURS,
            "state": state,
            "sis_host": found["sis_host"],
            "tries": int(begun),
            "started": due if begun else None,
            "ended": (due + HOURS / 6 if begun else due + 9 * HOURS) if over else None,
            "exit_code": code if begun and over else None,
            "run": f"r-{key}-{hours}" if begun and over else None,
            **facts,
        }
        self._insert("night", row)

    def process(self, kind, name=None, seconds=1, **facts):
        row = {
            "name": name or f"{kind}-host-1",
            "kind": kind,
            "host": "host",
            "started": self.ago(5),
            "seen": self.now - timedelta(seconds=seconds),
            "every": 10,
            "version": "0.1.0",
            **facts,
        }
        self._insert("process", row)

    def _insert(self, table, row):
        names, marks = ", ".join(row), ", ".join(["%s"] * len(row))
        self.database.write(f"INSERT INTO {table} ({names}) VALUES ({marks})", *row.values())


def every_state(rows):
    """A district in each state, named by it; return the states."""
    rows.district("parked", parked_since=rows.ago(30), parked_why="its worker died 3 times")
    rows.night("parked", 30, "parked", None, lost=3)
    rows.district("working")
    rows.night("working", 1, "running", worker="worker-host-1")
    rows.district("paused", paused_since=rows.ago(50), paused_by="ada", paused_why="a new SIS")
    rows.night("paused", 75)
    rows.district("failing")
    rows.night("failing", 51)
    rows.night("failing", 27, "failed", 6, why="sis: it does not answer")
    rows.night("failing", 3, "failed", 6, why="sis: it does not answer")
    rows.district("brake")
    rows.night("brake", 3, "failed", 4, why="320 of 400 scores would turn to 0")
    rows.district("missed")
    rows.night("missed", 12, "missed", why="nothing began it in its window")
    rows.district("late")
    rows.night("late", 5, "queued")
    rows.district("queued")
    rows.night("queued", 1, "waiting")
    rows.district("person")
    rows.night("person", 3, "done", 3, held=2)
    rows.district("done")
    rows.night("done", 3)
    rows.district("new")
    rows.district("gone", enabled=False)
    found = rows.database.rows("SELECT key FROM district")
    return [row["key"] for row in found]
