"""Random days of a district: what people do in Otus, in the gradebook and at the registrar's.

Acts are calls of `District`'s methods, so that twins can live the same days.
"""

import random
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from tests.e2e.support.district import START, District

Act = tuple[str, tuple[Any, ...], dict[str, Any]]

STUDENTS = [f"s-30{n:02}" for n in range(1, 15)]


def some_acts(chance: random.Random, day: int) -> list[Act]:
    """A day's acts, as calls of `District`'s methods."""
    acts: list[Act] = []
    today = START + timedelta(days=day)
    for _ in range(chance.randint(0, 4)):
        id_ = f"a-{chance.randint(1, 4)}"
        kind = chance.choice(
            ["assess", "score", "score", "drop", "enroll", "group", "close", "type"]
        )
        if kind == "assess":
            due = today + timedelta(days=chance.randint(-2, 40))
            entry = {"dueDate": due.isoformat(), "students": None}
            classes = chance.choice([["c-1001"], ["c-1001", "c-1002"], ["c-1003"]])
            by = chance.choice(["t-2001", "t-2003"])
            # Some are assigned for a day to come, and linked classes on different ones (A6).
            days = [today + timedelta(days=chance.choice([-2, -2, -2, 1, 3])) for _ in classes]
            listed = [
                {"classId": c, "assignedDate": day.isoformat(), **entry}
                for c, day in zip(classes, days, strict=True)
            ]
            acts.append(("assess", (id_,), {"classes": listed, "assignedBy": by}))
        elif kind == "score":
            acts.append(("try_score", (id_, chance.choice(STUDENTS), chance.randint(0, 20)), {}))
        elif kind in {"drop", "enroll"}:
            student = f"4000{chance.randint(1, 15):02}"
            body = {"section": chance.choice(["200001", "200002"])} if kind == "enroll" else {}
            acts.append(("try_control", ("POST", f"/students/{student}/{kind}", body), {}))
        elif kind == "group":
            method = chance.choice(["PUT", "DELETE"])
            acts.append(("try_control", (method, "/group/t-2003", None), {"otus": True}))
        elif kind == "close":
            verb = chance.choice(["close", "reopen"])
            acts.append(("try_control", ("POST", f"/periods/120001/{verb}", None), {}))
    return acts


def carry_out(acts: Iterable[Act], district: District) -> None:
    """Do them."""
    for name, arguments, more in acts:
        getattr(district, name)(*arguments, **more)
