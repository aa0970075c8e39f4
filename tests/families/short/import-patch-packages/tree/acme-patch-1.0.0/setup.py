from setuptools import setup

setup(name="acme-patch", version="1.0.0", packages=["acme_patch"])
