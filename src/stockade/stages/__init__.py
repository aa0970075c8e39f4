"""Wiring of the stages: gathers the facts, runs the checks, decides."""
