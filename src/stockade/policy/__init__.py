"""The policy: what a team demands (``model``), how it is read (``loader``), and the one decision point (``engine``)."""
