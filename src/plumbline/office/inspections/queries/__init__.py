"""Lists of checklists, inspections and scans."""
