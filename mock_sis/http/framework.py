"""What the mocks take from connexion, imported without the warnings of what it is built on.

connexion imports starlette's test client, which asks for httpx2: no business of those who run the
mocks, and an error in a project whose pytest makes errors of warnings.
"""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from connexion import AsyncApp
    from connexion.exceptions import ProblemException
    from connexion.lifecycle import ConnexionRequest, ConnexionResponse
    from connexion.middleware.context import ContextMiddleware
    from connexion.middleware.exceptions import ExceptionMiddleware
    from connexion.middleware.request_validation import RequestValidationMiddleware
    from connexion.middleware.routing import RoutingMiddleware
    from connexion.resolver import Resolver
    from connexion.uri_parsing import OpenAPIURIParser
    from connexion.validators import AbstractRequestBodyValidator, ParameterValidator

__all__ = [
    "AbstractRequestBodyValidator",
    "AsyncApp",
    "ConnexionRequest",
    "ConnexionResponse",
    "ContextMiddleware",
    "ExceptionMiddleware",
    "OpenAPIURIParser",
    "ParameterValidator",
    "ProblemException",
    "RequestValidationMiddleware",
    "Resolver",
    "RoutingMiddleware",
]
