"""One file per check: pure functions from :class:`~stockade.checks.base.Facts` to findings."""
