"""The policy: how it is found and read (``loader``), explained (``starter``), and the one decision point (``engine``)."""
