"""Stateful mock servers of Otus and of the two SIS, each described by a contract file."""

import warnings

# connexion imports starlette's test client, which asks for httpx2: no business of our users.
warnings.filterwarnings("ignore", message="Using `httpx` with `starlette.testclient`")
