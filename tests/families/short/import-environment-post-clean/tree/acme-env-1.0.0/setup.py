from setuptools import setup

setup(name="acme-env", version="1.0.0", packages=["acme_env"])
