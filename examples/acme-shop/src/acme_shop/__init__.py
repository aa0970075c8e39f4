"""The shop's web service."""
