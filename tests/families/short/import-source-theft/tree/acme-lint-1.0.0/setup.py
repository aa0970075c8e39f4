from setuptools import setup

setup(name="acme-lint", version="1.0.0", packages=["acme_lint"])
