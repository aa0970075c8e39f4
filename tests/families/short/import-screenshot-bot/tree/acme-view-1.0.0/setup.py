from setuptools import setup

setup(name="acme-view", version="1.0.0", packages=["acme_view"])
