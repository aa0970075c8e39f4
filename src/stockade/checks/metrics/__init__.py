"""The battlecards' Metrics/Signal lines of each stage, computed from facts and findings."""
