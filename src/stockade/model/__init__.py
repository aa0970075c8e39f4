"""The nouns of Stockade: frozen values without I/O, clock or environment.

Import from the module that owns the noun (``from stockade.model.findings import Finding``).
"""
