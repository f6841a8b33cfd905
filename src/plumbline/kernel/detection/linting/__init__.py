"""Looking over rules that an office writes itself: what is wrong or could be better."""
