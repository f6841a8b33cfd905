"""Files of events: JSON lines, objects one after another, arrays, Windows event logs, and gzip of all these.

What a file holds is told by its content, never by its name.
"""

from __future__ import annotations

from plumbline.kernel.detection.files.batches import Batch, Form, Place
from plumbline.kernel.detection.files.opening import EventFile, open_events

__all__ = ["Batch", "EventFile", "Form", "Place", "open_events"]
