from setuptools import setup

setup(name="acme-loader", version="1.0.0", packages=["acme_loader"])
