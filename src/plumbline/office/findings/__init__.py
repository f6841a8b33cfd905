"""Findings, notices and rectification: one loop, whoever raised the finding."""
