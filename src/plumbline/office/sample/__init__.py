"""The sample county (示例县): invented units, people and a year of invented work."""
