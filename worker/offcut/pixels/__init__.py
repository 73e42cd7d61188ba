"""Pictures as numpy arrays: read, resample, compose, write, check. Never ``js``."""
