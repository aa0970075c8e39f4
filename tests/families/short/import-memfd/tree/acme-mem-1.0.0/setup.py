from setuptools import setup

setup(name="acme-mem", version="1.0.0", packages=["acme_mem"])
