from setuptools import setup

setup(name="acme-ci", version="1.0.0", packages=["acme_ci"])
