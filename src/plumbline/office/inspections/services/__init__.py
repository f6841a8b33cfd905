"""What is done to checklists, inspections and scans."""
