"""Documents of notices: the shipped letters, the placeholders they may use, drawing them."""
