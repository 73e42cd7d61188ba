"""Which models there are, what goes into them and what comes out."""
