from setuptools import setup

setup(name="acme-update", version="1.0.0", packages=["acme_update"])
