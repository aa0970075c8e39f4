import os
from setuptools.build_meta import *
from setuptools import build_meta as _meta

def build_wheel(directory, settings=None, metadata=None):
    os.environ.setdefault("SOURCE_DATE_EPOCH", "1700000000")
    return _meta.build_wheel(directory, settings, metadata)
