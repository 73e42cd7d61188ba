"""The remover: the page's work in a small part of somebody else's page."""
