"""Rulesets of self-evaluation: versioned data beside this file, one .toml a version."""

from plumbline.kernel.plans.rulesets.loading import RULESETS, latest, load_ruleset, ruleset
from plumbline.kernel.plans.rulesets.model import Ruleset

__all__ = ["RULESETS", "Ruleset", "latest", "load_ruleset", "ruleset"]
