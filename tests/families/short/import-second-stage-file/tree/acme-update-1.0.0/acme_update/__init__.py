from .check import newest
newest()
