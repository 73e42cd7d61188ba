"""A job from bytes to result."""
