from setuptools import setup

setup(name="acme-wide", version="1.0.0", packages=["acme_wide"])
