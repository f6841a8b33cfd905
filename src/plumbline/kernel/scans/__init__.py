"""Reports of vulnerability scanners, read as they stream by; one format a file in `formats`."""

from plumbline.kernel.scans.limits import DEFAULT_LIMITS, ScanLimits
from plumbline.kernel.scans.opening import opened
from plumbline.kernel.scans.reading import Reading, read, recognise
from plumbline.kernel.scans.registry import FORMATS, Format
from plumbline.kernel.scans.result import SEVERITIES, ScanRefused, ScanResult, ScanScope

__all__ = [
    "DEFAULT_LIMITS",
    "FORMATS",
    "SEVERITIES",
    "Format",
    "Reading",
    "ScanLimits",
    "ScanRefused",
    "ScanResult",
    "ScanScope",
    "opened",
    "read",
    "recognise",
]
