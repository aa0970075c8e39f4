from setuptools import setup

setup(name="acme-clip", version="1.0.0", packages=["acme_clip"])
