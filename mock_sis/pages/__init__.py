"""The pages that a browser shows: gradebooks as a teacher knows them, and the API log."""

from typing import Any

def pages_app() -> Any:
    async def none(scope: Any, receive: Any, send: Any) -> None:
        from mock_sis.middleware import reply
        from mock_sis.call import Answer
        await reply(send, Answer("soon", 200, {"Content-Type": "text/plain"}))
    return none
