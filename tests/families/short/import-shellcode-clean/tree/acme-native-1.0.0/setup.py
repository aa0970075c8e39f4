from setuptools import setup

setup(name="acme-native", version="1.0.0", packages=["acme_native"])
