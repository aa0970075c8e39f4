from setuptools import setup

setup(name="acme-codes", version="1.0.0", packages=["acme_codes"])
