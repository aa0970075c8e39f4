from .check import dataset
