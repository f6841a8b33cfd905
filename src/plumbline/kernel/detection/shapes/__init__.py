"""The shapes of events: where an event of a kind keeps its fields.

A shape is recognised by the outermost keys; it names the fields by which events are told apart (`heads`), and
gives all fields of an event as (name, value) pairs.
"""

from __future__ import annotations

from plumbline.kernel.detection.shapes.base import Shape
from plumbline.kernel.detection.shapes.evtx import Evtx
from plumbline.kernel.detection.shapes.json_object import JsonObject
from plumbline.kernel.detection.shapes.windows import Beats, FlatWindows, Wazuh
from plumbline.kernel.detection.texts import Deep

#: the first that recognises an event takes it; the last takes everything
SHAPES: tuple[Shape, ...] = (Evtx(), Beats(), Wazuh(), FlatWindows(), JsonObject())

__all__ = ["SHAPES", "Deep", "Shape"]
