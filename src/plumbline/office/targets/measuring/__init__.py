"""How metrics are computed: over whose records, as of when, resting on which of them."""
