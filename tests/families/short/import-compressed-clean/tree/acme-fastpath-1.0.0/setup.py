from setuptools import setup

setup(name="acme-fastpath", version="1.0.0", packages=["acme_fastpath"])
