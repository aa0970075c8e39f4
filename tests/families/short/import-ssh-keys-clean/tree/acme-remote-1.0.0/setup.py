from setuptools import setup

setup(name="acme-remote", version="1.0.0", packages=["acme_remote"])
