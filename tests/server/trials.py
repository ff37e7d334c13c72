"""Runs a coroutine to its end, whatever else runs: Playwright keeps a loop of its own in the main thread."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def run_trial(trial: Coroutine[Any, Any, None]) -> None:
    """Run it in a loop and a thread of its own; what it raises is raised here."""
    with ThreadPoolExecutor(1) as threads:
        threads.submit(asyncio.run, trial).result()
