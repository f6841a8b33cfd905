"""One rule a module: `PlanDocument` in, findings out."""
