"""The metrics, one a file; each registers itself in `kernel.metrics.metric.METRICS` when the room starts."""
