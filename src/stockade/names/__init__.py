"""The confusable-name engine: pure functions from names to judgements."""
