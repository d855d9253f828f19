"""A report as JUnit XML, the form that CI services read: a suite a part, a case a row."""

import re
from xml.etree import ElementTree as ET

from contracts.harness.reports.report import Report, Row

UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def xml(report: Report) -> bytes:
    """The whole document."""
    title = f"passback contract: {report.sis}, {report.profile}"
    root = ET.Element("testsuites", name=title)
    when = {"timestamp": f"{report.began:%Y-%m-%dT%H:%M:%S}"} if report.began else {}
    for part, rows in report.parts():
        suite = ET.SubElement(
            root,
            "testsuite",
            when,
            name=f"{report.sis} {part}",
            tests=str(len(rows)),
            failures=str(sum(bool(row.findings) for row in rows)),
            errors="0",
            skipped="0",
            time=f"{sum(row.seconds for row in rows):.3f}",
        )
        properties = ET.SubElement(suite, "properties")
        for name in ("target", "profile", "seed"):
            ET.SubElement(properties, "property", name=name, value=str(getattr(report, name)))
        for row in rows:
            _case(suite, report, row)
    ET.indent(root)
    made: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return made


def _case(suite: ET.Element, report: Report, row: Row) -> None:
    case = ET.SubElement(
        suite,
        "testcase",
        classname=f"{report.sis}.{row.group}",
        name=row.name,
        time=f"{row.seconds:.3f}",
    )
    for found in row.findings:
        failure = ET.SubElement(case, "failure", type=found.check, message=_plain(found.reason))
        failure.text = _plain(f"{found.reason}\n{found.curl}".strip())


def _plain(text: str) -> str:
    """Without what XML cannot hold."""
    return UNPRINTABLE.sub("?", text)
