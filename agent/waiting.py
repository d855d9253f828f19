"""How long a call waits because a server asked it to; pure.

A server in maintenance may ask for hours. A run that waits for them is silent, holds its ledger,
and meets the teachers' morning; one that ends at once is run again.
"""

LONGEST = 600.0
"""Seconds that one call of a night waits in all, over its repeats."""
NOT_AT_ALL = 0.0
"""For a person who looks on."""
PACE = 10.0
"""Seconds that a throttle may ask for of anybody: a server that counts requests asks for pauses all
the time, and is well."""


def may_wait(asked: float, waited: float, longest: float, *, throttled: bool) -> bool:
    """Whether a call that *waited* so long already waits once more; all in seconds.

    *throttled*: the server says that requests come too fast, not that it is away.
    """
    return waited + asked <= (max(longest, PACE) if throttled else longest)


def in_words(seconds: float) -> str:
    """A wait as a person says it, never shorter than it is by more than a half of its unit."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    if seconds < 7200:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.0f} h" if seconds < 172_800 else f"{seconds / 86_400:.0f} days"
