__version__ = '2000.0.1'
