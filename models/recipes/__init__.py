"""Recipes: how a carrier's file becomes the model that Offcut ships."""
