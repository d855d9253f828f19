"""What the mocks take from connexion, imported without the warnings of what it is built on.

connexion imports starlette's test client, which asks for httpx2: no business of those who run the
mocks, and an error in a project whose pytest makes errors of warnings.
"""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from connexion.datastructures import MediaTypeDict
    from connexion.decorators.parameter import pythonic
    from connexion.operations import OpenAPIOperation
    from connexion.resolver import Resolver
    from connexion.uri_parsing import OpenAPIURIParser
    from connexion.utils import is_nullable

__all__ = [
    "MediaTypeDict",
    "OpenAPIOperation",
    "OpenAPIURIParser",
    "Resolver",
    "is_nullable",
    "pythonic",
]
