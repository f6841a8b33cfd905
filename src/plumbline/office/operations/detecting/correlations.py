"""Correlation rules over everything that was found, in order of time."""

from __future__ import annotations

from plumbline.kernel.detection.examining import Outcome
from plumbline.kernel.detection.exporting import CorrelationFound
from plumbline.kernel.detection.rules import Compiled


class Correlations:
    """Gathers detections of the rules that correlations name, and correlates them in the end."""

    def __init__(self, compiled: Compiled) -> None:
        self.fields: tuple[str, ...] = ()
        self.rules: frozenset[int] = frozenset()

    def take(self, file: str, outcome: Outcome) -> None:
        """Keep what a batch found."""

    def found(self) -> tuple[list[CorrelationFound], list[str]]:
        """What correlations found, and sentences on what had to be left out."""
        return [], []
