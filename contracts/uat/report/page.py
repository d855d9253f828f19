"""stub"""


def html(result: object) -> str:
    """Stub."""
    return str(result)
