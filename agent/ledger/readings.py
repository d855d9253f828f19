"""How a stored state reads in a run that did not write it, as SQL."""

from agent.records import READS_LATER

_cases = " ".join(f"WHEN '{was}' THEN '{now}'" for was, now in sorted(READS_LATER.items()))

STILL = f"CASE record.state {_cases} ELSE record.state END"
"""What a record reads in a later run than the one that wrote it."""

READS = f"CASE run WHEN ?1 THEN state ELSE {STILL} END"
"""What a record reads in the run ?1."""
