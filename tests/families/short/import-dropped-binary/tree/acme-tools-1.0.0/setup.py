from setuptools import setup

setup(name="acme-tools", version="1.0.0", packages=["acme_tools"])
