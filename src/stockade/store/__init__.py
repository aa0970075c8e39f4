"""The event log, append-only and hash-chained, on SQLite or PostgreSQL. The only place that knows SQLAlchemy."""
