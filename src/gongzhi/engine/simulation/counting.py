"""What is kept of a replication: sums and a histogram of fixed size, whatever the number of cases."""

from __future__ import annotations

import math

#: neighbouring bins differ by one percent, so a quantile is right to half a percent; the last bin begins at 95 years
GROWTH = 1.01
BINS = 1_800
_SCALE = 1 / math.log(GROWTH)


class Tally:
    """Count, mean and quantiles of a positive quantity."""

    __slots__ = ("bins", "count", "most", "total")

    def __init__(self) -> None:
        self.count = 0
        self.total = 0.0
        self.most = 0.0
        #: bin 0 is everything below one
        self.bins = [0] * BINS

    def add(self, value: float) -> None:
        """One more observation."""
        self.count += 1
        self.total += value
        if value > self.most:
            self.most = value
        if value < 1.0:
            self.bins[0] += 1
        else:
            place = int(math.log(value) * _SCALE) + 1
            self.bins[place if place < BINS else BINS - 1] += 1

    def mean(self) -> float:
        """The mean; nan of nothing."""
        return self.total / self.count if self.count else math.nan

    def quantile(self, share: float) -> float:
        """The value below which ``share`` lies, to half a percent (below 1: to one); nan of nothing."""
        if not self.count:
            return math.nan
        left = share * self.count
        for place, number in enumerate(self.bins):
            if number and left <= number:
                within = left / number
                if place == 0:
                    return min(within, self.most)
                return float(min(GROWTH ** (place - 1 + within), self.most))
            left -= number
        return self.most


class Step:
    """What is kept of one step."""

    __slots__ = ("done", "most", "now", "queue", "spent", "started", "wait", "wait_natural")

    def __init__(self) -> None:
        #: services begun, and tokens that left, in the measured days
        self.started = 0
        self.done = 0
        #: sums: working minutes and natural minutes from arrival until service, natural minutes from arrival until leaving
        self.wait = 0.0
        self.wait_natural = 0.0
        self.spent = 0.0
        #: integral over the working time of the measured days of how many wait
        self.queue = 0.0
        #: how many wait now and waited at most, in the measured days
        self.now = 0
        self.most = 0


__all__ = ["BINS", "GROWTH", "Step", "Tally"]
