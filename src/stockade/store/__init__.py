"""What Stockade remembers: the event log, in SQLite or PostgreSQL. Only this package imports SQLAlchemy.

Import from the module that owns the noun (``from stockade.store.events import EventLog``). Importing
:mod:`stockade.store.paths` is cheap; every other module here loads SQLAlchemy.
"""
