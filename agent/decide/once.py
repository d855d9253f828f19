"""A property that is worked out once for each object, by the one thread that has it.

`functools.cached_property` of Python 3.11 holds one lock for all objects while it works: gradebooks
in different threads would read the SIS one after another.
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Once(Generic[T]):
    """Keeps what *work* answered in the object's own `__dict__`; no lock."""

    def __init__(self, work: Callable[[Any], T]) -> None:
        self._work = work
        self.__doc__ = work.__doc__

    def __set_name__(self, _owner: type, name: str) -> None:
        self._name = name

    def __get__(self, instance: Any, _owner: type | None = None) -> T:
        value = instance.__dict__[self._name] = self._work(instance)
        return value
