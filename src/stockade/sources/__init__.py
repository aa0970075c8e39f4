"""One file per outside source: package index, OSV feed, popularity, pip and uv configuration."""
