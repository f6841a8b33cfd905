"""Running the office on a machine: start, back up, restore, examine, fill with the sample."""
