from setuptools import setup

setup(name="acme-cache", version="1.0.0", packages=["acme_cache"])
