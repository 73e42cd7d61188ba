"""Sessions, the choice of a backend, and the proof that it computes right."""
