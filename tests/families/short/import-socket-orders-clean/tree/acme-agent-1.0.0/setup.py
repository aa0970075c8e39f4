from setuptools import setup

setup(name="acme-agent", version="1.0.0", packages=["acme_agent"])
