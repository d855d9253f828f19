"""A district out of a OneRoster export whose ids are texts, served by the mock."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import httpx

from mock_sis.districts.factory import WorldFactory
from mock_sis.server import serving
from tests.mock_sis.powerschool.conftest import Api, signed_in

FILES = {
    "orgs": "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\n"
    "d-1,,,Lakeview,district,,\no-1,,,Lakeview High,school,LHS,d-1\n",
    "academicSessions": "sourcedId,status,dateLastModified,title,type,startDate,endDate,"
    "parentSourcedId,schoolYear\ny-1,,,2026-27,schoolYear,2026-08-20,2027-06-04,,2027\n",
    "courses": "sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,"
    "orgSourcedId,subjects,subjectCodes\nk-1,,,y-1,Algebra,ALG,,o-1,,\n",
    "classes": "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,"
    "location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods\n"
    "c-7,,,Algebra,,k-1,ALG-7,scheduled,,o-1,y-1,,,1\n",
    "users": "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,"
    "givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password\n"
    "t-ann,,,true,o-1,teacher,ann,,Ann,Able,,,,,,,,\n"
    "s-bo,,,true,o-1,student,bo,,Bo,Brook,,,,,,,09,\n",
    "enrollments": "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,"
    "userSourcedId,role,primary,beginDate,endDate\n"
    "e-1,,,c-7,o-1,t-ann,teacher,true,,\ne-2,,,c-7,o-1,s-bo,student,,2026-08-20,\n",
    "categories": "sourcedId,status,dateLastModified,title\ng-quiz,,,Quiz\n",
    "lineItems": "sourcedId,status,dateLastModified,title,description,assignDate,dueDate,"
    "classSourcedId,categorySourcedId,gradingPeriodSourcedId,resultValueMin,resultValueMax\n",
    "results": "sourcedId,status,dateLastModified,lineItemSourcedId,studentSourcedId,scoreStatus,"
    "score,scoreDate,comment\n",
}


@contextmanager
def district(folder: Path) -> Iterator[Api]:
    """A client of the mock over that district, on the first of October."""
    source = folder / "export"
    source.mkdir()
    for name, text in FILES.items():
        (source / f"{name}.csv").write_text(text, encoding="utf-8")
    world = WorldFactory().make(folder / "world.db", source=source, start=date(2026, 10, 1))
    with (
        serving("powerschool", world=world) as servers,
        httpx.Client(base_url=servers.powerschool.url, timeout=60) as client,
    ):
        yield Api(signed_in(client))
    world.close()
