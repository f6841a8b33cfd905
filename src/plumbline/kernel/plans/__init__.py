"""The plan document: readers -> layouts -> document -> checks; targets, scoring and forms."""
