from setuptools import setup

setup(name="acme-crypt", version="1.0.0", packages=["acme_crypt"])
