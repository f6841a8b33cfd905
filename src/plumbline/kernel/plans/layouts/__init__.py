"""One document layout a module: `Source` in, `PlanDocument` out."""
