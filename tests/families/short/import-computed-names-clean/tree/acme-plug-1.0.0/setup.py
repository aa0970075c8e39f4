from setuptools import setup

setup(name="acme-plug", version="1.0.0", packages=["acme_plug"])
