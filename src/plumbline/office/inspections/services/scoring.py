"""Points of an inspection's answers; the computing is the kernel's.

items = list(version.items.all())
asked(items, {"1.1": "yes"})                      keys of what is asked
score(items, values, given={"2.3": Decimal(1)})   reached, reachable, open, per_section
"""

from plumbline.kernel.checklists.branching import asked
from plumbline.kernel.checklists.scoring import Score, SectionScore, is_scored, item_points, score

__all__ = ["Score", "SectionScore", "asked", "is_scored", "item_points", "score"]
