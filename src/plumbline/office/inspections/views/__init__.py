"""Pages of checklists, inspections and scans."""
