from setuptools import setup

setup(name="acme-assist", version="1.0.0", packages=["acme_assist"])
