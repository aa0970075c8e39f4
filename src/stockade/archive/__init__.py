"""Bounded reading of distributions, in memory: never extracted, never built, never run."""
