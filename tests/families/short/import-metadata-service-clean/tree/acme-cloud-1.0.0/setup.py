from setuptools import setup

setup(name="acme-cloud", version="1.0.0", packages=["acme_cloud"])
