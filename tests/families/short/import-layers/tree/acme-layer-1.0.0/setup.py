from setuptools import setup

setup(name="acme-layer", version="1.0.0", packages=["acme_layer"])
