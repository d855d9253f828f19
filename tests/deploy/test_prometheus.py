"""The alert rules and the dashboards: valid, about metrics that there are, and about nobody."""

import json
import re
import shutil
import subprocess

import pytest
import yaml

from tests.meta.project_files import ROOT, text_of

PROGRAMS = {
    "alerts": ("passback", "docs/run/metrics.md"),
    "fleet": ("passback-fleet", "docs/run/fleet/watching.md"),
}
"""File of rules -> the dashboard beside it, and the page that explains both."""


def alerts_of(name):
    rules = yaml.safe_load(text_of(f"deploy/prometheus/{name}.yml"))
    return [rule for group in rules["groups"] for rule in group["rules"]]


def queries_of(board):
    return [target["expr"] for panel in board["panels"] for target in panel["targets"]]


ALERTS = [(rule, page) for name, (_, page) in PROGRAMS.items() for rule in alerts_of(name)]
BOARDS = {
    board: json.loads(text_of(f"deploy/grafana/{board}.json")) for board, _ in PROGRAMS.values()
}
QUERIES = [query for board in BOARDS.values() for query in queries_of(board)]
TOLD = {
    name
    for _, page in PROGRAMS.values()
    for name in re.findall(r"^\| `(passback_\w+)`", text_of(page), re.MULTILINE)
}


def promtool(*arguments, cwd=None):
    program = shutil.which("promtool")
    if program is None:
        pytest.skip("no promtool here")
    ran = subprocess.run(
        [program, *arguments], capture_output=True, text=True, cwd=cwd, check=False
    )
    return ran.returncode, ran.stdout + ran.stderr


@pytest.mark.parametrize("name", PROGRAMS)
def test_prometheus_takes_the_rules(name):
    code, told = promtool("check", "rules", str(ROOT / f"deploy/prometheus/{name}.yml"))
    assert code == 0, told
    assert f"{len(alerts_of(name))} rules found" in told


@pytest.mark.parametrize("name", PROGRAMS)
def test_alerts_come_when_they_should_and_not_otherwise(tmp_path, name):
    for file in (f"deploy/prometheus/{name}.yml", f"tests/deploy/{name}_test.yml"):
        shutil.copy(ROOT / file, tmp_path)
    code, told = promtool("test", "rules", f"{name}_test.yml", cwd=tmp_path)
    assert code == 0, told


@pytest.mark.parametrize("query", [*(rule["expr"] for rule, _ in ALERTS), *QUERIES])
def test_a_query_names_metrics_that_there_are(query):
    names = {name.removesuffix("_bucket") for name in re.findall(r"passback_\w+", query)}
    assert names
    assert names <= TOLD


@pytest.mark.parametrize("board", BOARDS)
def test_prometheus_takes_the_queries_of_a_dashboard(tmp_path, board):
    queries = [each.replace("$district", "lakeview") for each in queries_of(BOARDS[board])]
    rules = [{"record": "x", "expr": query} for query in queries]
    file = tmp_path / "rules.yml"
    file.write_text(json.dumps({"groups": [{"name": "x", "rules": rules}]}))
    code, told = promtool("check", "rules", "--lint=none", str(file))
    assert code == 0, told


@pytest.mark.parametrize(("alert", "page"), ALERTS, ids=lambda each: str(each)[:60])
def test_an_alert_says_what_to_do_and_stands_in_the_docs(alert, page):
    assert alert["labels"]["severity"] in {"page", "ticket"}
    assert set(alert["annotations"]) == {"summary", "description"}
    assert f"`{alert['alert']}`" in text_of(page)


@pytest.mark.parametrize("board", BOARDS.values(), ids=BOARDS)
def test_every_panel_has_its_own_place_and_a_title(board):
    places = [tuple(panel["gridPos"].values()) for panel in board["panels"]]
    assert len(set(places)) == len(places)
    assert all(panel["title"] and panel["targets"] for panel in board["panels"])
    assert len({panel["id"] for panel in board["panels"]}) == len(places)
