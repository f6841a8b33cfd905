"""Written reports on a year's inspections: from facts to content, from content to .docx and .pdf."""
