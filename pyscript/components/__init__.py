"""The parts of the page. Each binds to markup in index.html, reads the state, calls the app."""
