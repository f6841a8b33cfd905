"""Plans: what was promised, paid, reached and scored."""
