"""Touching up by hand: the brush, what it draws on, and the list of what was done."""
