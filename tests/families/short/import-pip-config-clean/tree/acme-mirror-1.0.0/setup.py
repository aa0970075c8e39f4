from setuptools import setup

setup(name="acme-mirror", version="1.0.0", packages=["acme_mirror"])
