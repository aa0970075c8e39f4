from setuptools import setup

setup(name="acme-keys", version="1.0.0", packages=["acme_keys"])
