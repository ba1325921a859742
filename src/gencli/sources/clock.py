"""Time and chance as an argument, so that a test need not wait and knows what comes."""

import random
import time
from collections.abc import Callable
from typing import NamedTuple


class Clock(NamedTuple):
    """The time in seconds since 1970, a way to wait for some, and a number from 0 to 1 by chance."""

    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random
