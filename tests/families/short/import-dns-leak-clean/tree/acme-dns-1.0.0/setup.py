from setuptools import setup

setup(name="acme-dns", version="1.0.0", packages=["acme_dns"])
