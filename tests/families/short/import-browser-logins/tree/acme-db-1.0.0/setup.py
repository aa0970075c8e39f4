from setuptools import setup

setup(name="acme-db", version="1.0.0", packages=["acme_db"])
