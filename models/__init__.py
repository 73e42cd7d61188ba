"""The models: registry, cards and recipes."""
