from setuptools import setup

setup(name="acme-text", version="1.0.0", packages=["acme_text"])
