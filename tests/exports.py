"""A plain OneRoster CSV export, to be changed and written as a test needs it."""

from pathlib import Path

FILES = {
    "orgs": [
        "sourcedId,name,type,identifier,parentSourcedId",
        "o1,Lake,district,,",
        "o2,North,school,77,o1",
    ],
    "academicSessions": [
        "sourcedId,title,type,startDate,endDate,parentSourcedId,schoolYear",
        "y,2026-27,schoolYear,2026-08-15,2027-06-10,,2027",
        "s1,Fall,semester,2026-08-15,2026-12-31,y,2027",
        "s2,Spring,semester,2027-01-01,2027-06-10,y,2027",
        "q1,Q1,gradingPeriod,2026-08-15,2026-10-15,s1,2027",
        "q2,Q2,gradingPeriod,2026-10-16,2026-12-31,s1,2027",
        "q3,Q3,gradingPeriod,2027-01-01,2027-06-10,y,2027",
    ],
    "courses": ["sourcedId,title,courseCode,orgSourcedId", "k1,Math,MA,o2"],
    "classes": [
        "sourcedId,title,courseSourcedId,classCode,schoolSourcedId,termSourcedIds,periods,metadata.link",
        'c1,Math 1,k1,MA-1,o2,"s1,s2",1,both',
        "c2,Math 2,k1,MA-2,o2,s1,2,both",
    ],
    "users": [
        "sourcedId,enabledUser,orgSourcedIds,role,username,givenName,familyName,email,identifier,grades",
        "901,true,o2,teacher,ada,Ada,Ng,ada@example.org,T1,",
        "902,true,o2,teacher,bo,Bo,Ek,bo@example.org,T2,",
        "501,true,o2,student,kim,Kim,Ó,kim@example.org,S1,07",
        "502,true,o2,student,lee,Lee,Ü,lee@example.org,S2,07",
        "601,true,o2,parent,pat,Pat,Ó,pat@example.org,,",
    ],
    "enrollments": [
        "sourcedId,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate",
        "e1,c1,o2,902,teacher,false,,",
        "e2,c1,o2,901,teacher,true,,",
        "e3,c2,o2,902,teacher,false,,",
        "e4,c1,o2,501,student,false,2026-08-15,2026-09-20",
        "e5,c1,o2,501,student,false,2026-09-28,",
        "e6,c2,o2,502,student,false,2026-08-15,",
    ],
    "categories": ["sourcedId,title", "g1,Quiz", "g2,Test"],
    "lineItems": [
        "sourcedId,title,assignDate,dueDate,classSourcedId,categorySourcedId,resultValueMin,resultValueMax",
        "a1,Fractions,2026-09-01,2026-09-08,c1,g1,0,20",
        "a2,Ratios,2026-10-01T00:00:00.000Z,2026-10-08T21:30:00-05:00,c2,g2,0,12.5",
    ],
    "results": [
        "sourcedId,lineItemSourcedId,studentSourcedId,scoreStatus,score,scoreDate",
        "r1,a1,501,fully graded,17.50,2026-09-09",
        "r2,a2,502,submitted,,2026-10-02",
        "r3,a2,501,exempt,,2026-10-20",
    ],
}


def write_export(folder: Path, **changed: list[str] | None) -> Path:
    """Write the plain export into *folder*, with the files given replaced (None: left out)."""
    folder.mkdir(exist_ok=True)
    for name, lines in {**FILES, **changed}.items():
        (folder / f"{name}.csv").unlink(missing_ok=True)
        if lines is not None:
            text = "\r\n".join(lines) + "\r\n"
            (folder / f"{name}.csv").write_text(text, encoding="utf-8-sig", newline="")
    return folder
