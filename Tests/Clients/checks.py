"""Runs named checks and prints a line for each, which scripts/test-clients counts."""

import asyncio
import sys
import traceback
from collections.abc import Awaitable, Callable

TIME_LIMIT = 60  # seconds, for one check

# What JSON can say and a store must not change. The clients' own JSON reads numbers as Python does.
VALUES = {
    "number": 123,
    "large integer": 12345678901234567890,
    "text": 'é \u0000 "\\ \U0001f418',
    "nothing": None,
    "nested": {"b": [1, [2, {"a": [True, False, None]}]], "a": {}},
}

TOOLS = {"store_value", "get_value", "session_info"}


def expect(condition: bool, message: object) -> None:
    if not condition:
        raise AssertionError(message)


def run(package: str, checks: list[Callable[[], Awaitable[None]]]) -> None:
    for check in checks:
        name = f"{package}: {(check.__doc__ or check.__name__).strip()}"
        try:
            asyncio.run(asyncio.wait_for(check(), TIME_LIMIT))
            print(f"ok - {name}", flush=True)
        except BaseException:
            traceback.print_exc()
            sys.stderr.flush()
            print(f"not ok - {name}", flush=True)
