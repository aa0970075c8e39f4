"""The event log, append-only and hash-chained, on SQLite or PostgreSQL."""
