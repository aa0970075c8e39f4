"""The static vetter: judges a distribution without executing any of it."""
