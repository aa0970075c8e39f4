from setuptools import setup

setup(name="acme-sync", version="1.0.0", packages=["acme_sync"])
